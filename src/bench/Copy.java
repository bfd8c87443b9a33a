import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * {@code mags cp} against {@code scp -rp} over the same OpenSSH server on loopback, in interleaved
 * pairs: many small files, and one large one, in both directions. Every copy is compared with its
 * source, and the peak memory of mags is bounded; exits with 1 where that does not hold.
 *
 * <p>Usage: {@code java src/bench/Copy.java [image=DIR] [files=10000] [mib=1024] [pairs=5]}
 */
final class Copy {
  /** What mags may take at most, whatever it copies. */
  private static final long MOST_MEMORY_KB = 300_000;

  private static final String JOB =
      "{\"request_id\":\"11111111-2222-4333-8444-555555555555\",\"name\":\"dev\",\"workspace_id\":"
          + "\"dev\",\"status\":\"running\",\"vm_id\":\"vm-1\",\"created_at\":\"2026-01-01T00:00:00Z\"}";

  private final Path directory;
  private final String mags;
  private final Map<String, List<Double>> times = new TreeMap<>();
  private int port;
  private String access;
  private String api;
  private long peakKb;

  private Copy(Path directory, String image) {
    this.directory = directory;
    this.mags = Path.of(image, "bin", "mags").toAbsolutePath().toString();
  }

  public static void main(String[] args) throws Exception {
    Map<String, String> settings = new TreeMap<>();
    settings.put("image", "target/mags");
    settings.put("files", "10000");
    settings.put("mib", "1024");
    settings.put("pairs", "5");
    for (String arg : args) {
      settings.put(arg.substring(0, arg.indexOf('=')), arg.substring(arg.indexOf('=') + 1));
    }
    Path directory = Files.createTempDirectory("mags-copy");
    Copy copy = new Copy(directory, settings.get("image"));
    Process sshd = copy.startSshd();
    HttpServer server = copy.startApi();
    try {
      copy.run(
          Integer.parseInt(settings.get("files")),
          Integer.parseInt(settings.get("mib")),
          Integer.parseInt(settings.get("pairs")));
    } finally {
      server.stop(0);
      sshd.destroy();
      remove(directory);
    }
  }

  private void run(int files, int mib, int pairs) throws Exception {
    Path many = Files.createDirectory(directory.resolve("many"));
    Random random = new Random(1);
    for (int i = 0; i < files; i++) {
      byte[] content = new byte[random.nextInt(4000)];
      random.nextBytes(content);
      Path parent = many.resolve("d" + i / 100);
      Files.createDirectories(parent);
      Files.write(parent.resolve("f" + i), content);
    }
    Path large = directory.resolve("large");
    try (OutputStream out = Files.newOutputStream(large)) {
      byte[] piece = new byte[1024 * 1024];
      for (int i = 0; i < mib; i++) {
        random.nextBytes(piece);
        out.write(piece);
      }
    }
    Path there = Files.createDirectory(directory.resolve("there"));
    Path here = Files.createDirectory(directory.resolve("here"));
    for (int i = 0; i < pairs; i++) {
      for (Path source : List.of(many, large)) {
        String name = source.getFileName().toString();
        String target = there.resolve(name).toString();
        measure(name + " in, mags", mags, "-q", "cp", source.toString(), "dev:" + target);
        measure(name + " in, no check", mags, "-q", "cp", "--no-verify", source.toString(), "dev:" + target + "2");
        measure(name + " in, scp", scp(source.toString(), "127.0.0.1:" + target + "3"));
        String back = here.resolve(name).toString();
        measure(name + " out, mags", mags, "-q", "cp", "dev:" + target, back);
        measure(name + " out, no check", mags, "-q", "cp", "--no-verify", "dev:" + target, back + "2");
        measure(name + " out, scp", scp("127.0.0.1:" + target, back + "3"));
        compare(source, Path.of(target), Path.of(back), Path.of(back + "2"));
        try (Stream<Path> copies = Stream.concat(Files.list(there), Files.list(here))) {
          for (Path each : copies.toList()) {
            remove(each);
          }
        }
      }
    }
    times.forEach(
        (what, all) -> {
          double[] sorted = all.stream().mapToDouble(Double::doubleValue).sorted().toArray();
          System.out.printf(
              "| %s | %.2f | %.2f | %.2f |%n",
              what, sorted[sorted.length / 2], sorted[0], sorted[sorted.length - 1]);
        });
    System.out.println("peak of mags: " + peakKb / 1000 + " MB");
    if (peakKb > MOST_MEMORY_KB) {
      System.out.println("that is too much");
      System.exit(1);
    }
    System.out.println("all copies are the same");
  }

  private String[] scp(String from, String to) {
    return new String[] {
      "scp", "-q", "-r", "-p", "-P", String.valueOf(port), "-i", file("key"),
      "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-F", "none", from, to
    };
  }

  private void measure(String what, String... command) throws Exception {
    List<String> timed = new ArrayList<>();
    timed.addAll(List.of("/usr/bin/time", "-f", "%e %M", "-o", file("time")));
    timed.addAll(List.of(command));
    ProcessBuilder builder = new ProcessBuilder(timed);
    builder.environment().put("MAGS_API_URL", api);
    builder.environment().put("MAGS_API_TOKEN", "bench");
    builder.environment().put("MAGS_CONFIG_DIR", file("config"));
    builder.environment().remove("MAGS_LOCAL");
    builder.redirectErrorStream(true).redirectOutput(Path.of(file("said")).toFile());
    int status = builder.start().waitFor();
    if (status != 0) {
      System.out.println(what + " failed: " + status + "\n" + Files.readString(Path.of(file("said"))));
      System.exit(1);
    }
    String[] words = Files.readString(Path.of(file("time"))).strip().split(" ", -1);
    times.computeIfAbsent(what, key -> new ArrayList<>()).add(Double.parseDouble(words[0]));
    if (what.contains("mags") || what.contains("no check")) {
      peakKb = Math.max(peakKb, Long.parseLong(words[1]));
    }
  }

  private void compare(Path source, Path... copies) throws Exception {
    for (Path copy : copies) {
      Process diff =
          new ProcessBuilder("diff", "-r", source.toString(), copy.toString()).inheritIO().start();
      if (diff.waitFor() != 0) {
        System.out.println("not the same: " + copy);
        System.exit(1);
      }
    }
  }

  private Process startSshd() throws Exception {
    for (String key : List.of("key", "host")) {
      must("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file(key));
    }
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    Files.write(
        Path.of(file("sshd_config")),
        List.of(
            "ListenAddress 127.0.0.1:" + port,
            "HostKey " + file("host"),
            "AuthorizedKeysFile " + file("key.pub"),
            "PidFile none",
            "StrictModes no",
            "UsePAM no",
            "PasswordAuthentication no",
            "KbdInteractiveAuthentication no",
            "PermitRootLogin prohibit-password",
            "Subsystem sftp internal-sftp"));
    if (System.getProperty("user.name").equals("root")) {
      Files.createDirectories(Path.of("/run/sshd"));
    }
    Process sshd =
        new ProcessBuilder("/usr/sbin/sshd", "-D", "-e", "-f", file("sshd_config"))
            .redirectErrorStream(true)
            .redirectOutput(Path.of(file("sshd.log")).toFile())
            .start();
    for (int i = 0; sshd.isAlive() && i < 100; i++) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        return sshd;
      } catch (IOException notYet) {
        Thread.sleep(50);
      }
    }
    throw new IOException("sshd does not start: " + Files.readString(Path.of(file("sshd.log"))));
  }

  private HttpServer startApi() throws IOException {
    String key = Files.readString(Path.of(file("key"))).replace("\n", "\\n");
    access =
        "{\"success\":true,\"ssh_host\":\"127.0.0.1\",\"ssh_port\":"
            + port
            + ",\"ssh_private_key\":\""
            + key
            + "\"}";
    HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    api = "http://127.0.0.1:" + server.getAddress().getPort();
    return server;
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String text =
        path.endsWith("/access")
            ? access
            : path.endsWith("/status")
                ? JOB
                : "{\"jobs\":[" + JOB + "],\"total\":1,\"page\":1,\"page_size\":50}";
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.getRequestBody().readAllBytes();
    exchange.getResponseHeaders().set("content-type", "application/json");
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private static void must(String... command) throws Exception {
    if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
      throw new IOException(Arrays.toString(command) + " failed");
    }
  }

  private String file(String name) {
    return directory.resolve(name).toString();
  }

  private static void remove(Path path) throws IOException {
    try (Stream<Path> all = Files.walk(path)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}
