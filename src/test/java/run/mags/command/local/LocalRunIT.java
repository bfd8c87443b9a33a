package run.mags.command.local;

import static org.assertj.core.api.Assertions.assertThat;
import static run.mags.testing.CliResultAssert.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import run.mags.testing.CliProcess;
import run.mags.testing.CliResult;

/** {@code mags local run}: tests of any language with a backend of their own. */
@Timeout(120)
class LocalRunIT {
  private static final String MAGS = "MAGS";

  @TempDir Path home;
  private Path temporary;

  @BeforeEach
  void start() throws IOException {
    temporary = Files.createDirectory(home.resolve("tmp"));
  }

  private Map<String, String> env() {
    return Map.of(
        "HOME",
        home.toString(),
        "PATH",
        System.getenv("PATH"),
        MAGS,
        CliProcess.image().resolve("bin/mags").toString(),
        "JAVA_TOOL_OPTIONS",
        "-Djava.io.tmpdir=" + temporary);
  }

  private static List<String> command(String... command) {
    List<String> args = new ArrayList<>(List.of("local", "run", "--isolation", "plain", "--"));
    args.addAll(List.of(command));
    return args;
  }

  @Test
  void theStateIsBelowTmpdirAndGoesWithTheCommand() throws Exception {
    Path named = Files.createDirectory(home.resolve("named"));
    Map<String, String> env = new HashMap<>(env());
    env.put("TMPDIR", named.toString());

    CliResult result =
        CliProcess.launcher().run(command("sh", "-c", "ls \"$TMPDIR\""), new byte[0], env, home);

    assertThat(result).exits(0);
    assertThat(result.out()).matches("mags-local-\\d+\n");
    assertThat(named).isEmptyDirectory();
  }

  private CliResult run(String stdin, String script) throws Exception {
    return CliProcess.launcher()
        .run(command("sh", "-c", script), stdin.getBytes(StandardCharsets.UTF_8), env(), home);
  }

  private Process begin(String script) throws IOException {
    List<String> args = new ArrayList<>(List.of(env().get(MAGS)));
    args.addAll(command("sh", "-c", script));
    ProcessBuilder builder = new ProcessBuilder(args).directory(home.toFile());
    builder.environment().clear();
    builder.environment().putAll(env());
    builder.environment().put("MAGS_KEEPER", "off");
    return builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }

  private List<Path> states() throws IOException {
    try (Stream<Path> entries = Files.list(temporary)) {
      return entries.filter(path -> path.getFileName().toString().startsWith("mags-")).toList();
    }
  }

  @ParameterizedTest
  @CsvSource({"exit 0, 0", "exit 3, 3", "exit 255, 255", "kill -KILL $$, 137"})
  void itsExitCodeIsTheCommands(String script, int code) throws Exception {
    assertThat(run("", script)).exits(code).printsNothing();
    assertThat(states()).isEmpty();
  }

  @Test
  void itsStdinIsTheCommands() throws Exception {
    assertThat(run("one\ntwo", "cat; echo; echo end")).exits(0).prints("one\ntwo\nend\n");
  }

  @Test
  void aMagsInsideSpeaksToItWithoutAnySetting() throws Exception {
    CliResult result =
        run(
            "",
            "\"$MAGS\" -q new dev >/dev/null && \"$MAGS\" exec dev 'echo from the sandbox'; "
                + "\"$MAGS\" list | wc -l");

    assertThat(result).exits(0).printsMatch("^from the sandbox$").printsMatch("^ *2$");
    assertThat(states()).isEmpty();
    assertThat(home.resolve(".local")).doesNotExist();
  }

  @Test
  void oneInsideAnotherIsAnother() throws Exception {
    CliResult result =
        run(
            "",
            "echo $MAGS_API_URL; \"$MAGS\" run -q --detach true >/dev/null;"
                + " \"$MAGS\" local run --isolation plain -- sh -c"
                + " 'echo $MAGS_API_URL; \"$MAGS\" list -q --json; exit 4'");

    assertThat(result).exits(4);
    String[] lines = result.out().split("\n", -1);
    assertThat(lines[0]).startsWith("http://127.0.0.1:").isNotEqualTo(lines[1]);
    assertThat(lines[2]).isEqualTo("[]");
  }

  /** Not INT: whoever starts the build in the background has it ignored by all that follows. */
  @ParameterizedTest
  @CsvSource({"TERM", "HUP"})
  void aSignalIsPassedOnAndItWaitsForTheCommandsAnswer(String signal) throws Exception {
    Process runner =
        begin(
            "trap 'echo got it; exit 7' " + signal + "; echo ready; while :; do sleep 0.05; done");
    try (BufferedReader out = runner.inputReader(StandardCharsets.UTF_8)) {
      assertThat(out.readLine()).isEqualTo("ready");

      assertThat(new ProcessBuilder("kill", "-s", signal, "" + runner.pid()).start().waitFor())
          .isZero();

      assertThat(out.readLine()).isEqualTo("got it");
      assertThat(runner.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(runner.exitValue()).isEqualTo(7);
      assertThat(states()).isEmpty();
    } finally {
      runner.destroyForcibly();
    }
  }

  @Test
  void whenItIsKilledItsSandboxesGoAndTheNextRunClearsUp() throws Exception {
    String mark = "LocalRunIT-" + System.nanoTime();
    Process runner =
        begin(
            "\"$MAGS\" run -q -p -n dev --env MARK="
                + mark
                + " 'echo up; sleep 600' >/dev/null; \"$MAGS\" exec dev true; echo ready; cat");
    try (BufferedReader out = runner.inputReader(StandardCharsets.UTF_8)) {
      assertThat(out.readLine()).isEqualTo("ready");
      assertThat(marked(mark)).isNotEmpty();

      runner.destroyForcibly().waitFor();

      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
      while (!marked(mark).isEmpty() && System.nanoTime() < deadline) {
        Thread.onSpinWait();
      }
      assertThat(marked(mark)).isEmpty();
    }
    assertThat(states()).hasSize(1);
    assertThat(run("", "true")).exits(0);
    assertThat(states()).isEmpty();
  }

  @Test
  void oddBehaviourIsAtHandForWhoeverAsksForIt() throws Exception {
    List<String> args = new ArrayList<>(command("sh", "-c", ODD));
    args.add(2, "--test-control");

    CliResult result = CliProcess.launcher().run(args, new byte[0], env(), home);

    assertThat(result).exits(1).warnsMatch("^error: cannot submit the job: quota exceeded$");
  }

  private static final String ODD =
      "curl -sS -o /dev/null -X PUT -H \"Authorization: Bearer $MAGS_API_TOKEN\""
          + " \"$MAGS_API_URL/_mags_local/oddities\""
          + " -d '{\"answers\":[{\"method\":\"POST\",\"status\":403,"
          + "\"body\":\"{\\\"error\\\":\\\"quota exceeded\\\"}\"}]}'"
          + " && exec \"$MAGS\" new dev";

  /** The processes that have this in their environment. */
  private static List<Long> marked(String mark) {
    return ProcessHandle.allProcesses()
        .map(ProcessHandle::pid)
        .filter(
            pid -> {
              try {
                byte[] environ = Files.readAllBytes(Path.of("/proc/" + pid + "/environ"));
                return new String(environ, StandardCharsets.ISO_8859_1).contains("MARK=" + mark);
              } catch (IOException gone) {
                return false;
              }
            })
        .toList();
  }
}
