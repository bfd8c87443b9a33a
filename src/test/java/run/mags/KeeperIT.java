package run.mags;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import run.mags.local.LocalBackend;
import run.mags.local.LocalOptions;
import run.mags.local.sandbox.IsolationChoice;
import run.mags.testing.CliProcess;
import run.mags.testing.CliResult;
import run.mags.testing.KeeperProcess;

/** The launcher with a keeper in the background, as users have it. */
@Timeout(300)
class KeeperIT {
  private static final byte[] NOTHING = new byte[0];

  @TempDir private Path temp;

  private final Map<String, String> env = new HashMap<>();
  private LocalBackend backend;
  private KeeperProcess keeper;

  @BeforeEach
  void start() throws Exception {
    backend =
        LocalBackend.start(
            LocalOptions.in(temp.resolve("backend")).withIsolation(IsolationChoice.PLAIN));
    env.put("HOME", temp.toString());
    env.put("PATH", System.getenv("PATH"));
    env.put("JAVA_HOME", System.getProperty("java.home"));
    env.put("LC_ALL", "C.UTF-8");
    env.put("XDG_RUNTIME_DIR", temp.resolve("run").toString());
    env.put("MAGS_API_URL", backend.url().toString());
    env.put("MAGS_API_TOKEN", backend.token());
    env.put("MAGS_KEEPER", "");
    assertThat(mags("new", "box").exitCode()).isZero();
    assertThat(mags("exec", "box", "true").exitCode()).isZero();
    keeper = KeeperProcess.awaitIn(temp.resolve("run"));
  }

  @AfterEach
  void end() {
    keeper.close();
    backend.close();
  }

  private CliResult mags(String... args) throws IOException, InterruptedException {
    return CliProcess.launcher().run(List.of(args), NOTHING, env, temp);
  }

  private CliResult shell(String script) throws IOException, InterruptedException {
    return shell(script, NOTHING);
  }

  private CliResult shell(String script, byte[] stdin) throws IOException, InterruptedException {
    env.put("mags", CliProcess.image().resolve("bin/mags").toString());
    return new CliProcess("/bin/sh", "-c").run(List.of(script), stdin, env, temp);
  }

  private Process begin(String... args) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(CliProcess.image().resolve("bin/mags").toString());
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command).directory(temp.toFile());
    builder.environment().clear();
    builder.environment().putAll(env);
    return builder.start();
  }

  private static ProcessHandle far(Process mags) throws IOException {
    BufferedReader out =
        new BufferedReader(new InputStreamReader(mags.getInputStream(), StandardCharsets.US_ASCII));
    return ProcessHandle.of(Long.parseLong(out.readLine())).orElseThrow();
  }

  @Test
  void aHundredStatusesComeBackUnchanged() throws Exception {
    CliResult result =
        shell(
            "i=0; while [ $i -lt 256 ]; do \"$mags\" exec -n box \"exit $i\"; echo \"$i $?\";"
                + " i=$((i + (i < 90 ? 1 : 17))); done");

    assertThat(result.out().lines()).hasSize(100).allMatch(line -> line.matches("(\\d+) \\1"));
    assertThat(result.err()).isEmpty();
  }

  @Test
  void withAndWithoutItEveryByteIsTheSame() throws Exception {
    List<List<String>> lines =
        List.of(
            List.of("list"),
            List.of("list", "--json"),
            List.of("--color", "always", "list"),
            List.of("status", "box"),
            List.of("status", "nobox"),
            List.of("logs", "box"),
            List.of("whoami"),
            List.of("workspace", "list"),
            List.of("cron", "list", "--json"),
            List.of("list", "--nonsense"),
            List.of("exec", "box", "echo out; echo err >&2; exit 7"),
            List.of("exec", "nobox", "true"),
            List.of("exec", "box", "printf '%s' \"$0\"", "a b"),
            List.of("exec", "--workdir", "/", "box", "pwd"));
    for (List<String> line : lines) {
      CliResult kept = mags(line.toArray(String[]::new));
      env.put("MAGS_KEEPER", "off");
      CliResult direct = mags(line.toArray(String[]::new));
      env.put("MAGS_KEEPER", "");

      assertThat(timeless(kept)).as("%s", line).isEqualTo(timeless(direct));
      assertThat(kept.err()).as("%s", line).isEqualTo(direct.err());
      assertThat(kept.exitCode()).as("%s", line).isEqualTo(direct.exitCode());
    }
    assertThat(keeper.process().isAlive()).isTrue();
  }

  /** What was last used changes by being looked at. */
  private static String timeless(CliResult result) {
    return result.out().replaceAll("T[0-9:.]+Z", "T");
  }

  @Test
  void binaryInputAndOutputPassUntouched() throws Exception {
    byte[] data = new byte[20_000_000];
    new Random(3).nextBytes(data);

    CliResult result = shell("\"$mags\" exec box cat", data);

    assertThat(result.outBytes()).isEqualTo(data);
    assertThat(result.exitCode()).isZero();
  }

  @Test
  void readersThatLeaveAndFullDisksAreAsEver() throws Exception {
    assertThat(shell("\"$mags\" list >/dev/full").err())
        .isEqualTo("error: cannot write to standard output: No space left on device\n");
    CliResult left =
        new CliProcess("/bin/bash", "-c")
            .run(
                List.of("\"$mags\" exec box yes | head -1; echo ${PIPESTATUS[0]}"),
                NOTHING,
                env,
                temp);
    assertThat(left.out()).isEqualTo("y\n141\n");
    assertThat(left.err()).isEmpty();
  }

  @Test
  void aKilledCallerTakesItsCommandAlong() throws Exception {
    Process mags = begin("exec", "box", "echo $$; sleep 1000; :");
    ProcessHandle far = far(mags);

    mags.destroyForcibly();

    far.onExit().get(60, TimeUnit.SECONDS);
    assertThat(mags("exec", "box", "echo next").out()).isEqualTo("next\n");
  }

  @Test
  void aKilledKeeperIsAnHonestErrorAndTheNextCallGoesItsOwnWay() throws Exception {
    Process mags = begin("exec", "box", "echo $$; sleep 1000; :");
    ProcessHandle far = far(mags);

    keeper.close();

    assertThat(mags.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(mags.exitValue()).isEqualTo(125);
    assertThat(new String(mags.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
        .startsWith("error: the keeper ended before the command had\nhint: it may have begun");
    far.destroyForcibly();
    assertThat(keeper.socket()).exists();
    while (KeeperProcess.processes(keeper.socket().getParent()).isEmpty()) {
      assertThat(mags("exec", "box", "echo on").out()).isEqualTo("on\n");
    }
    keeper = KeeperProcess.awaitIn(temp.resolve("run"));
    assertThat(mags("exec", "box", "echo again").out()).isEqualTo("again\n");
  }

  @Test
  void logoutEndsIt() throws Exception {
    assertThat(mags("logout").exitCode()).isZero();

    assertThat(keeper.socket()).doesNotExist();
    keeper.awaitEnd();
  }

  @Test
  void nobodyElseCanReadOrEnterWhatItLeaves() throws Exception {
    try (Stream<Path> all = Files.walk(temp.resolve("run"))) {
      assertThat(all)
          .allSatisfy(
              path ->
                  assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                      .endsWith("------"));
    }
    String commandLine = keeper.process().info().commandLine().orElse("");
    String environment =
        Files.readString(
            Path.of("/proc/" + keeper.process().pid() + "/environ"), StandardCharsets.ISO_8859_1);
    assertThat(commandLine + environment).doesNotContain(backend.token());
  }

  @Test
  void eachCallBringsItsOwnToken() throws Exception {
    String right = env.put("MAGS_API_TOKEN", "not-a-real-token");
    CliResult refused = mags("list");
    CliResult unreachable = mags("exec", "box", "true");
    env.put("MAGS_API_TOKEN", right);

    assertThat(refused.exitCode()).isNotZero();
    assertThat(refused.out()).isEmpty();
    assertThat(unreachable.exitCode()).isEqualTo(125);
    assertThat(mags("exec", "box", "echo right").out()).isEqualTo("right\n");
  }

  @Test
  void aStoppedSandboxIsNotReachedAndItsSuccessorIs() throws Exception {
    assertThat(mags("exec", "box", "echo old").out()).isEqualTo("old\n");
    assertThat(mags("stop", "box").exitCode()).isZero();

    assertThat(mags("exec", "box", "true").exitCode()).isEqualTo(125);

    assertThat(mags("new", "box").exitCode()).isZero();
    assertThat(mags("exec", "box", "echo new").out()).isEqualTo("new\n");
    assertThat(mags("resize", "box", "--disk", "3").exitCode()).isZero();
    assertThat(mags("exec", "box", "echo resized").out()).isEqualTo("resized\n");
  }

  @Test
  void fiftyCallersAtOnceGetWhatTheyAskedFor() throws Exception {
    List<CompletableFuture<CliResult>> calls = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      String word = "number " + i;
      CompletableFuture<CliResult> call = new CompletableFuture<>();
      calls.add(call);
      Thread thread =
          new Thread(
              () -> {
                try {
                  call.complete(mags("exec", "-n", "box", "echo " + word));
                } catch (IOException | InterruptedException broken) {
                  call.completeExceptionally(broken);
                }
              });
      thread.start();
    }

    for (int i = 0; i < calls.size(); i++) {
      CliResult result = calls.get(i).get();
      assertThat(result.out()).as(result.err()).isEqualTo("number " + i + "\n");
    }
    assertThat(keeper.process().isAlive()).isTrue();
  }

  @Test
  void anotherTimeZoneIsAnotherKeeper() throws Exception {
    env.put("TZ", "Asia/Tokyo");
    assertThat(mags("list").exitCode()).isZero();

    Path sockets = keeper.socket().getParent();
    while (KeeperProcess.sockets(sockets).size() < 2) {
      Thread.sleep(20);
    }
    for (ProcessHandle each : KeeperProcess.processes(sockets)) {
      each.destroyForcibly();
    }
  }
}
