package run.mags.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static run.mags.local.TestBackend.job;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import run.mags.testing.Tmux;

/** What people use beside ssh itself: copies, many commands over one connection, forwardings. */
class SshToolsIT {
  private static final String WEB =
      "mkdir -p /tmp/www && echo %s >/tmp/www/index.html"
          + " && busybox httpd -p 127.0.0.1:%d -h /tmp/www";

  /** How a program ended, and what it said on both outputs. */
  private record Ran(int code, String text) {}

  @TempDir Path directory;
  private LocalBackend backend;
  private TestBackend client;
  private String id;

  @BeforeEach
  void start() throws IOException {
    need("ssh");
    begin();
    assumeTrue(
        !backend.self().isolation().equals("plain"),
        "SKIPPED: no namespaces on this machine, so that /root would be the host's");
    id = client.submit(job("true").put("persistent", true).put("workspace_id", "w"));
    access(id, "dev");
  }

  private void begin() {
    backend = LocalBackend.start(LocalOptions.in(directory.resolve("state")));
    client = TestBackend.of(backend);
  }

  @AfterEach
  void stop() {
    if (backend != null) {
      backend.close();
    }
  }

  private static void need(String program) {
    assumeTrue(
        Arrays.stream(System.getenv("PATH").split(":", -1))
            .anyMatch(place -> Files.isExecutable(Path.of(place, program))),
        "SKIPPED: no " + program + " on this machine");
  }

  /** Asks for access, and makes the job known to OpenSSH by a name. */
  private void access(String job, String name) throws IOException {
    JsonNode access = client.post("/mags-jobs/" + job + "/access", "{\"port\":22}").json();
    Path key = directory.resolve("key-" + name);
    OwnerOnly.replace(
        key, access.get("ssh_private_key").asText().getBytes(StandardCharsets.US_ASCII));
    Files.writeString(
        directory.resolve("config-" + name),
        """
        Host %s
          HostName 127.0.0.1
          Port %d
          User root
          IdentityFile %s
          IdentitiesOnly yes
          StrictHostKeyChecking accept-new
          UserKnownHostsFile %s
          LogLevel ERROR
        """
            .formatted(name, access.get("ssh_port").asInt(), key, directory.resolve("known")));
  }

  private List<String> with(String program, String name, String... arguments) {
    List<String> command = new ArrayList<>();
    command.addAll(List.of(program, "-F", directory.resolve("config-" + name).toString()));
    command.addAll(List.of(arguments));
    return command;
  }

  /** Options and a host, or just a command. */
  private Ran ssh(String... arguments) throws Exception {
    List<String> command = with("ssh", "dev", arguments);
    if (!List.of(arguments).contains("dev")) {
      command.add(
          command.size() - (arguments[arguments.length - 1].startsWith("-") ? 0 : 1), "dev");
    }
    return run(command);
  }

  private static Ran run(List<String> command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    CompletableFuture<Void> limit =
        new CompletableFuture<Void>().completeOnTimeout(null, 120, TimeUnit.SECONDS);
    CompletableFuture<Void> late = limit.thenRun(process::destroyForcibly);
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int code = process.waitFor();
    late.cancel(false);
    return new Ran(code, text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-s", "-O"})
  void scpCopiesBothWays(String mode) throws Exception {
    need("scp");
    byte[] bytes = new byte[3_000_001];
    new Random(3).nextBytes(bytes);
    Path tree = Files.createDirectories(directory.resolve("tree/deep"));
    Files.write(tree.resolve("random"), bytes);
    Path script = Files.writeString(tree.resolve("run me"), "#!/bin/sh\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-x---"));

    Ran up = run(with("scp", "dev", mode, "-rpq", tree.getParent().toString(), "dev:/root/"));
    Ran seen = ssh("stat -c '%a %s' /root/tree/deep/*");
    Ran down =
        run(with("scp", "dev", mode, "-rpq", "dev:/root/tree", directory.resolve("back") + ""));

    assertThat(up).isEqualTo(new Ran(0, ""));
    assertThat(seen.text().lines()).containsExactlyInAnyOrder("644 3000001", "750 10");
    assertThat(down).isEqualTo(new Ran(0, ""));
    assertThat(directory.resolve("back/deep/random")).hasBinaryContent(bytes);
  }

  @Test
  void sftpWorksThroughABatch() throws Exception {
    need("sftp");
    Path local = Files.writeString(directory.resolve("local"), "text\n");
    Path batch =
        Files.writeString(
            directory.resolve("batch"),
            """
            cd /root
            mkdir made
            put %s made/there
            ln -s there made/link
            rename made/there made/moved
            ls -1 made
            get made/moved %s
            """
                .formatted(local, directory.resolve("got")));

    Ran ran = run(with("sftp", "dev", "-b", batch.toString(), "dev"));

    assertThat(ran.code()).describedAs(ran.text()).isZero();
    assertThat(ran.text()).contains("made/link").contains("made/moved");
    assertThat(directory.resolve("got")).hasContent("text");
  }

  @Test
  void rsyncCopiesAndDeletesBothWays() throws Exception {
    need("rsync");
    Path tree = Files.createDirectories(directory.resolve("tree/sub"));
    for (int i = 0; i < 50; i++) {
      Files.writeString(tree.resolve("file-" + i), "number " + i);
    }
    String shell = "ssh -F " + directory.resolve("config-dev");
    String from = tree.getParent() + "/";

    Ran up = run(List.of("rsync", "-a", "-e", shell, from, "dev:/root/tree/"));
    Files.delete(tree.resolve("file-7"));
    Ran again = run(List.of("rsync", "-a", "--delete", "-e", shell, from, "dev:/root/tree/"));
    Ran down =
        run(List.of("rsync", "-a", "-e", shell, "dev:/root/tree/", directory.resolve("b") + "/"));

    assertThat(List.of(up, again, down)).allMatch(ran -> ran.equals(new Ran(0, "")));
    assertThat(ssh("ls /root/tree/sub | wc -l").text().strip()).isEqualTo("49");
    assertThat(directory.resolve("b/sub/file-49")).hasContent("number 49");
  }

  @Test
  void fourHundredStatusesComeOverOneConnection() throws Exception {
    String control = "ControlPath=" + directory.resolve("c");
    Ran master = ssh("-o", control, "-o", "ControlPersist=60", "-M", "-N", "-f");
    assertThat(master.code()).describedAs(master.text()).isZero();
    try {
      for (int i = 0; i < 400; i++) {
        int status = 1 + i % 250;
        Ran ran = ssh("-o", control, "echo " + i + "; exit " + status);
        assertThat(ran).isEqualTo(new Ran(status, i + "\n"));
      }
    } finally {
      ssh("-o", control, "-O", "exit", "dev");
    }
  }

  @Test
  void eachSandboxHasItsOwnPortForLocalForwards() throws Exception {
    need("busybox");
    assumeTrue(
        backend.self().network().equals("private"),
        "SKIPPED: sandboxes share the network of this machine, so no two can use one port");
    String other = client.submit(job("true").put("persistent", true).put("workspace_id", "v"));
    access(other, "other");
    assertThat(ssh(WEB.formatted("dev", 8080)).code()).isZero();
    assertThat(run(with("ssh", "other", "other", WEB.formatted("other", 8080))).code()).isZero();

    assertThat(got(with("ssh", "dev", "-W", "127.0.0.1:8080", "dev"))).endsWith("dev\n");
    assertThat(got(with("ssh", "other", "-W", "localhost:8080", "other"))).endsWith("other\n");
  }

  /** What a server answers a request that goes in on the standard input of {@code command}. */
  private static String got(List<String> command) throws Exception {
    Process process = new ProcessBuilder(command).start();
    process.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    process.getOutputStream().flush();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.getOutputStream().close();
    return text;
  }

  @Test
  void localAndDynamicForwardsLeadIntoTheSandbox() throws Exception {
    need("busybox");
    need("curl");
    int inside = freePort();
    assertThat(ssh(WEB.formatted("inside", inside)).code()).isZero();
    int local = freePort();
    int socks = freePort();
    Process ssh =
        new ProcessBuilder(
                with(
                    "ssh",
                    "dev",
                    "-o",
                    "ExitOnForwardFailure=yes",
                    "-L",
                    "127.0.0.1:" + local + ":127.0.0.1:" + inside,
                    "-D",
                    "127.0.0.1:" + socks,
                    "dev",
                    "echo up; exec cat"))
            .start();
    try {
      assertThat(ssh.inputReader().readLine()).isEqualTo("up");

      assertThat(curl("http://127.0.0.1:" + local + "/")).isEqualTo("inside\n");
      assertThat(
              curl(
                  "--proxy",
                  "socks5h://127.0.0.1:" + socks,
                  "--noproxy",
                  "",
                  "http://localhost:" + inside + "/"))
          .isEqualTo("inside\n");
    } finally {
      ssh.destroy();
    }
  }

  @Test
  void remoteForwardsBringConnectionsOutOfTheSandbox() throws Exception {
    need("busybox");
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Thread answering =
          new Thread(
              () -> {
                try {
                  while (true) {
                    try (Socket visitor = server.accept()) {
                      byte[] said = visitor.getInputStream().readAllBytes();
                      visitor.getOutputStream().write(said);
                      visitor
                          .getOutputStream()
                          .write("answered\n".getBytes(StandardCharsets.UTF_8));
                    }
                  }
                } catch (IOException closed) {
                  // The test is over.
                }
              });
      answering.start();
      int port = freePort();

      Ran ran =
          ssh(
              "-o",
              "ExitOnForwardFailure=yes",
              "-R",
              port + ":127.0.0.1:" + server.getLocalPort(),
              "dev",
              "head -c 3000000 /dev/zero | busybox nc 127.0.0.1 "
                  + port
                  + " | tail -c 12 | tr '\\0' 0;"
                  + " echo again | busybox nc 127.0.0.1 "
                  + port);

      assertThat(ran).isEqualTo(new Ran(0, "000answered\nagain\nanswered\n"));
      assertThat(ssh("echo x | busybox nc -w 2 127.0.0.1 " + port).code()).isNotZero();
    }
  }

  @Test
  void aPortThatIsTakenInTheSandboxIsNotForwarded() throws Exception {
    need("busybox");
    int port = freePort();
    assertThat(ssh(WEB.formatted("taken", port)).code()).isZero();

    Ran ran = ssh("-o", "ExitOnForwardFailure=yes", "-R", port + ":127.0.0.1:1", "dev", "true");

    assertThat(ran.code()).isEqualTo(255);
    assertThat(ran.text()).contains("remote port forwarding failed for listen port " + port);
  }

  @Test
  void aTerminalFollowsItsWindow() throws Exception {
    try (Tmux tmux = Tmux.start(directory.resolve("tmux"), Map.of("PATH", System.getenv("PATH")))) {
      tmux.enter(String.join(" ", with("ssh", "dev", "-t", "dev")));
      tmux.await("# $");
      tmux.enter("stty size");
      tmux.await("^30 100$");

      tmux.resize(120, 40);
      tmux.enter("for i in 1 2 3 4 5 6 7 8 9; do stty size; sleep 0.3; done");

      tmux.await("^40 120$");
    }
  }

  @Test
  void aConnectionToTheKeptPortWakesASandboxAlsoAfterARestart() throws Exception {
    assertThat(ssh("echo kept >/root/file").code()).isZero();

    backend.close();
    begin();
    client.await(id, "sleeping");

    // The port comes back a moment after the backend answers.
    TestBackend.until(
        "port",
        () -> {
          try {
            return ssh("true").code() == 0;
          } catch (Exception e) {
            throw new AssertionError(e);
          }
        });
    assertThat(ssh("cat /root/file")).isEqualTo(new Ran(0, "kept\n"));
    client.await(id, "running");
  }

  private static String curl(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("curl", "-sS", "--max-time", "20"));
    command.addAll(List.of(arguments));
    return run(command).text();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
