package run.mags;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.mags.client.MagsClient;
import run.mags.local.LocalBackend;
import run.mags.local.LocalOptions;
import run.mags.local.sandbox.IsolationChoice;
import run.mags.testing.CliProcess;
import run.mags.testing.CliResult;
import run.mags.testing.FakeApi;
import run.mags.testing.Programs;

/**
 * A session of all kinds of commands, with {@code --debug} and a umask that hides nothing, after
 * which everything is searched for the token and the SSH key: what was printed, the files, the
 * process lists while it ran, and what reached others than the API.
 */
class SecretsIT {
  private static final Set<PosixFilePermission> OTHERS =
      PosixFilePermissions.fromString("---rwxrwx");

  /** The files that are meant to hold one, owner-only. */
  private static final String KEEPERS = ".*/(config\\.json|[0-9a-zA-Z_-]+\\.way)";

  private static final long BETWEEN_LOOKS_NANOS = 3_000_000;

  @TempDir private Path directory;
  private Path home;
  private LocalBackend backend;
  private final Set<String> secrets = new TreeSet<>();
  private final StringBuilder printed = new StringBuilder();
  private final Set<String> processes = new TreeSet<>();

  @BeforeEach
  void start() throws IOException {
    home = Files.createDirectory(directory.resolve("home"));
    backend =
        LocalBackend.start(
            LocalOptions.in(directory.resolve("state")).withIsolation(IsolationChoice.PLAIN));
    secrets.add(backend.token());
  }

  @AfterEach
  void stop() {
    backend.close();
  }

  private Map<String, String> environment() {
    Map<String, String> env = new HashMap<>();
    env.put("HOME", home.toString());
    env.put("PATH", System.getenv("PATH"));
    env.put("JAVA_HOME", System.getProperty("java.home"));
    env.put("MAGS_API_URL", backend.url().toString());
    env.put("mags", CliProcess.image().resolve("bin/mags").toString());
    return env;
  }

  /** Runs the shell line while the processes of this test are watched. */
  private CliResult shell(String line, String stdin) throws Exception {
    Thread watcher = new Thread(this::watch, "process-list");
    watcher.start();
    CliResult result;
    try {
      result =
          new CliProcess("/bin/sh", "-c")
              .run(List.of("umask 0; " + line), stdin.getBytes(UTF_8), environment(), home);
    } finally {
      watcher.interrupt();
      watcher.join();
    }
    printed.append(line).append('\n').append(result.out()).append(result.err()).append('\n');
    return result;
  }

  private void watch() {
    while (!Thread.currentThread().isInterrupted()) {
      // Often enough to meet every process, and not all of a core.
      LockSupport.parkNanos(BETWEEN_LOOKS_NANOS);
      ProcessHandle.current()
          .descendants()
          .forEach(
              process -> {
                for (String name : List.of("cmdline", "environ")) {
                  try {
                    Path file = Path.of("/proc", Long.toString(process.pid()), name);
                    processes.add(Files.readString(file, ISO_8859_1));
                  } catch (IOException gone) {
                    // It has ended meanwhile.
                  }
                }
              });
    }
  }

  private void findsNoSecretIn(String what, String text) {
    for (String secret : secrets) {
      assertThat(text.contains(secret))
          .as("a secret of %d characters in %s", secret.length(), what)
          .isFalse();
    }
  }

  private static List<String> lines(String key) {
    return key.lines().filter(line -> !line.startsWith("-----") && line.length() > 20).toList();
  }

  @Test
  void nothingThatIsSeenByOthersHasTheTokenOrAKey() throws Exception {
    assertThat(shell("\"$mags\" --debug login --with-token", backend.token() + "\n").exitCode())
        .isZero();
    assertThat(shell("\"$mags\" --debug new dev", "").exitCode()).isZero();
    try (MagsClient client = MagsClient.open(backend.url(), backend.token(), directory)) {
      secrets.addAll(
          lines(client.api().access(client.find("dev").requestId(), 22).sshPrivateKey()));
    }
    assertThat(secrets.size()).isGreaterThan(1);
    Files.writeString(home.resolve("data"), "data");
    List<String> commands =
        List.of(
            "whoami",
            "list --json",
            "status dev",
            "exec dev 'env; cat /proc/self/environ; ps -ef'",
            "exec dev 'sleep 0.2; echo again'",
            "exec --json dev false",
            "exec -t dev tty",
            "run -f data 'env; cat data'",
            "run --json 'exit 3'",
            "logs dev",
            "logs nobody",
            "url dev 8080",
            "sync dev",
            "resize dev --disk 10",
            "exec dev 'nobody-has-this-command'",
            "workspace list",
            "cron list",
            "usage",
            "stop dev",
            "exec dev true");
    for (String command : commands) {
      shell("\"$mags\" --debug " + command, "");
    }
    assertThat(printed.toString()).contains("debug: > POST ").contains("again");
    findsNoSecretIn("what was printed", printed.toString());
    assertThat(processes).anyMatch(text -> text.contains("run.mags.Main"));
    for (String text : processes) {
      findsNoSecretIn("a process list", text);
    }
    requireOwnerOnly(files(home));
    shell("\"$mags\" logout", "");
    for (Path file : files(home)) {
      findsNoSecretIn(file.toString(), Files.readString(file, ISO_8859_1));
    }
  }

  private static List<Path> files(Path root) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  /** Secrets only in the files for them, and everything of ours closed to others. */
  private void requireOwnerOnly(Collection<Path> files) throws IOException {
    List<Path> keepers = new ArrayList<>();
    for (Path file : files) {
      String text = Files.readString(file, ISO_8859_1);
      if (secrets.stream().anyMatch(text::contains)) {
        assertThat(file.toString()).matches(KEEPERS);
        keepers.add(file);
      }
      if (file.startsWith(home.resolve(".mags"))) {
        assertThat(Files.getPosixFilePermissions(file))
            .as("%s", file)
            .doesNotContainAnyElementsOf(OTHERS);
        assertThat(Files.getPosixFilePermissions(file.getParent()))
            .as("%s", file.getParent())
            .doesNotContainAnyElementsOf(OTHERS);
      }
    }
    assertThat(keepers).anyMatch(file -> file.endsWith("config.json"));
  }

  /** A file that is closed after it was made is open for a moment. */
  @Test
  void filesAreMadeClosedNotClosedLater() throws Exception {
    Programs.assumeInstalled("strace");
    Path trace = directory.resolve("trace");
    String calls =
        "strace -f -o '"
            + trace
            + "' -e trace=open,openat,creat,mkdir,mkdirat,chmod,fchmod,fchmodat ";
    CliResult login = shell(calls + "\"$mags\" login --with-token", backend.token());
    assumeTrue(login.exitCode() == 0, "SKIPPED: strace may not trace here: " + login.err());
    assertThat(shell("\"$mags\" new dev", "").exitCode()).isZero();
    shell(calls + "-A \"$mags\" exec dev true", "");

    List<String> made =
        Files.readString(trace, ISO_8859_1)
            .lines()
            .filter(line -> line.contains(home.resolve(".mags").toString()))
            .filter(
                line ->
                    line.contains("O_CREAT") || line.contains("mkdir") || line.contains("chmod"))
            .toList();

    assertThat(made)
        .hasSizeGreaterThan(3)
        .allMatch(line -> line.contains("0600") || line.contains("0700"));
    assertThat(made).noneMatch(line -> line.contains("chmod"));
  }

  /** Public URLs lead to what anybody may have put there; a redirect may lead anywhere. */
  @Test
  void otherServersGetNeitherTheTokenNorWhatWasSent() throws Exception {
    String id = "11111111-2222-3333-4444-555555555555";
    try (FakeApi api = new FakeApi();
        FakeApi other = new FakeApi()) {
      other.otherwise(number -> "hello");
      String elsewhere = other.url().toString();
      api.answers(307, "", "Location", elsewhere + "/api/v1/mags-jobs")
          .answers("{\"status\":\"running\"}")
          .answers("{\"success\":true,\"url\":\"" + elsewhere + "\",\"port\":80}")
          .answers("{\"success\":true,\"url\":\"" + elsewhere + "\",\"port\":80}");
      String mags =
          "MAGS_API_TOKEN=" + backend.token() + " MAGS_API_URL=" + api.url() + " \"$mags\" ";

      assertThat(shell(mags + "run 'the script'", "").exitCode()).isEqualTo(125);
      assertThat(other.requests()).isEmpty();
      shell(mags + "url --wait " + id + " 80", "");
      other
          .requests()
          .forEach(
              request -> {
                findsNoSecretIn("a header", request.getHeaders().toString());
                assertThat(request.getHeaders().names()).doesNotContain("Authorization");
              });
    }
  }

  @Test
  void theLocalBackendKeepsItsTokenToItsOwner() throws Exception {
    Path state = home.resolve("local");
    String local = "MAGS_LOCAL_STATE='" + state + "' \"$mags\" --debug ";
    try {
      assertThat(shell(local + "local start --isolation plain", "").exitCode()).isZero();
      String shown =
          new CliProcess("/bin/sh", "-c")
              .run(List.of("umask 0; " + local + "local env"), new byte[0], environment(), home)
              .out();
      String token = shown.replaceAll("(?s).*MAGS_API_TOKEN='?([^'\\s;]+).*", "$1");
      assertThat(token).hasSizeBetween(16, 200);
      secrets.add(token);
      shell(local + "--local run 'env'", "");
      shell(local + "--local list", "");
      shell(local + "local status", "");
      findsNoSecretIn("what was printed", printed.toString());
      for (String text : processes) {
        findsNoSecretIn("a process list", text);
      }
      for (Path file : files(state)) {
        if (Files.readString(file, ISO_8859_1).contains(token)) {
          assertThat(Files.getPosixFilePermissions(file))
              .as("%s", file)
              .doesNotContainAnyElementsOf(OTHERS);
        }
      }
      assertThat(Files.getPosixFilePermissions(state)).doesNotContainAnyElementsOf(OTHERS);
    } finally {
      shell(local + "local reset --yes", "");
    }
  }
}
