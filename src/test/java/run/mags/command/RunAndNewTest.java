package run.mags.command;

import static org.assertj.core.api.Assertions.assertThat;
import static run.mags.testing.CliResultAssert.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import run.mags.testing.CliResult;
import run.mags.testing.FakeApi;
import run.mags.testing.FakeSleeper;
import run.mags.testing.FakeTerminal;
import run.mags.testing.MagsCli;

/** {@code run} and {@code new} against scripted answers: what is sent, and what goes wrong. */
class RunAndNewTest {
  private static final String ID = "11111111-2222-3333-4444-555555555555";
  private static final String ACCEPTED = "{\"request_id\":\"" + ID + "\",\"status\":\"accepted\"}";

  @TempDir private Path home;
  private FakeApi api;
  private MagsCli mags;

  @BeforeEach
  void start() {
    api = new FakeApi();
    mags = new MagsCli(home).on(api).sleeping(new FakeSleeper());
  }

  @AfterEach
  void close() {
    api.close();
  }

  private void endsWith(String status, String logs) {
    api.answers(202, ACCEPTED).answers(status).answers("{\"logs\":" + logs + "}");
  }

  @Test
  void runSendsTheScriptAndPrintsItsOutput() {
    endsWith(
        "{\"status\":\"completed\",\"exit_code\":0}",
        "[{\"message\":\"preparing\",\"source\":\"system\"},"
            + "{\"message\":\"out\",\"source\":\"stdout\"},"
            + "{\"message\":\"err\",\"source\":\"stderr\"},\"plain\"]");

    assertThat(mags.run("run", "echo", "hello", "$HOME"))
        .exits(0)
        .prints("out\nplain\n")
        .warns("err\n");
    assertThat(api.body(0)).isEqualTo("{\"script\":\"echo hello $HOME\",\"type\":\"inline\"}");
  }

  @Test
  void runSendsEveryOption() throws IOException {
    Files.writeString(home.resolve("vars"), "# comment\n\nA=1\nB=from file\n");
    endsWith("{\"status\":\"completed\",\"exit_code\":0}", "[]");

    assertThat(
            mags.run(
                "run",
                "-w",
                "ws",
                "-n",
                "job",
                "--base",
                "golden",
                "--disk",
                "5",
                "--startup-command",
                "npm start",
                "--env-file",
                "vars",
                "--env",
                "B=2=3",
                "--env",
                "HOME",
                "--",
                "-x",
                "y"))
        .exits(0);
    assertThat(api.body(0))
        .isEqualTo(
            "{\"script\":\"-x y\",\"type\":\"inline\",\"name\":\"job\",\"workspace_id\":\"ws\","
                + "\"base_workspace_id\":\"golden\",\"startup_command\":\"npm start\","
                + "\"environment\":{\"A\":\"1\",\"B\":\"2=3\",\"HOME\":\""
                + home
                + "\"},\"disk_gb\":5}");
  }

  @ParameterizedTest
  @CsvSource({
    "'{\"status\":\"completed\",\"exit_code\":7}', 7",
    "'{\"status\":\"error\",\"exit_code\":42}', 42",
    "'{\"status\":\"error\"}', 1",
    "'{\"status\":\"completed\"}', 0",
    "'{\"status\":\"completed\",\"exit_code\":255}', 255",
    "'{\"status\":\"stopped\"}', 125",
  })
  void runEndsWithTheScriptsExitCode(String status, int exitCode) {
    endsWith(status, "[]");

    assertThat(mags.run("run", "x")).exits(exitCode).printsNothing();
  }

  @Test
  void runTellsWhyAJobFailed() {
    endsWith("{\"status\":\"error\"}", "[{\"message\":\"no disk left\",\"source\":\"system\"}]");

    assertThat(mags.run("run", "x")).exits(1).warns("mags: the job failed: no disk left\n");
  }

  @Test
  void runGathersEverythingIntoOneDocument() {
    endsWith(
        "{\"request_id\":\"" + ID + "\",\"status\":\"completed\",\"exit_code\":3}",
        "[{\"message\":\"o\",\"source\":\"stdout\"},{\"message\":\"e\",\"source\":\"stderr\"}]");

    assertThat(mags.run("--json", "run", "x"))
        .exits(3)
        .prints(
            "{\"request_id\":\""
                + ID
                + "\",\"status\":\"completed\",\"exit_code\":3,"
                + "\"stdout\":\"o\\n\",\"stderr\":\"e\\n\"}\n")
        .warnsNothing();
  }

  @Test
  void runTakesTheScriptFromStdinOrAFile() throws IOException {
    Files.writeString(home.resolve("s.sh"), "echo 'ü'\nexit 4\n");
    endsWith("{\"status\":\"completed\",\"exit_code\":4}", "[]");
    endsWith("{\"status\":\"completed\",\"exit_code\":0}", "[]");

    assertThat(mags.run("run", "--script-file", "s.sh")).exits(4);
    assertThat(mags.terminal(new FakeTerminal("a\nb\n")).run("run", "-")).exits(0);

    assertThat(api.body(0)).contains("\"script\":\"echo 'ü'\\nexit 4\\n\"");
    assertThat(api.body(3)).contains("\"script\":\"a\\nb\\n\"");
  }

  @Test
  void runDetachedPrintsTheIdAlone() {
    api.answers(202, ACCEPTED).answers(202, ACCEPTED);

    assertThat(mags.run("run", "-d", "x")).exits(0).prints(ID + "\n").warnsNothing();
    assertThat(mags.run("run", "-d", "--json", "x"))
        .exits(0)
        .prints("{\"request_id\":\"" + ID + "\"}\n");
    assertThat(api.requests()).hasSize(2);
  }

  @Test
  void runPersistentWaitsAndOpensAUrl() {
    api.answers(202, ACCEPTED)
        .answers("{\"status\":\"pending\"}")
        .answers("{\"status\":\"running\",\"subdomain\":\"s\"}")
        .answers("{\"success\":true,\"url\":\"https://s.apps.mags.run\"}");

    assertThat(mags.run("run", "-p", "--no-sleep", "--url", "--port", "3000", "serve"))
        .exits(0)
        .prints("https://s.apps.mags.run\n");
    assertThat(api.body(0)).contains("\"persistent\":true,\"no_sleep\":true");
    assertThat(api.body(3)).isEqualTo("{\"port\":3000}");
  }

  @Test
  void runSendsFilesFirst() throws IOException {
    Files.writeString(home.resolve("a.txt"), "content");
    api.answers("{\"file_id\":\"f-1\"}");
    endsWith("{\"status\":\"completed\",\"exit_code\":0}", "[]");

    assertThat(mags.run("run", "-f", "a.txt", "cat a.txt")).exits(0);

    assertThat(api.requestLines().get(0)).isEqualTo("POST /api/v1/mags-files");
    assertThat(api.body(1)).contains("\"file_ids\":[\"f-1\"]");
  }

  @Test
  void runStopsTheJobWhenItsTimeIsUp() {
    api.answers(202, ACCEPTED);
    for (int i = 0; i < 8; i++) {
      api.answers("{\"status\":\"running\"}").answers("{\"logs\":[]}");
    }

    CliResult result = mags.run("run", "--timeout", "500ms", "sleep 9");

    assertThat(result)
        .exits(124)
        .printsNothing()
        .warnsMatch("^error: waited 500ms for the job to end; it was stopped$");
    assertThat(api.requestLines()).contains("POST /api/v1/mags-jobs/" + ID + "/stop");
  }

  @Test
  void runStopsTheJobWhenNobodyReadsItsOutput() {
    api.answers(202, ACCEPTED).answers("{\"status\":\"running\"}").answers("{\"logs\":[\"x\"]}");
    api.answers("");
    FakeTerminal terminal =
        new FakeTerminal("") {
          @Override
          public OutputStream out() {
            return new OutputStream() {
              @Override
              public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
              }
            };
          }
        };

    assertThat(mags.terminal(terminal).run("run", "yes")).exits(141).warnsNothing();
    assertThat(api.requestLines()).last().isEqualTo("POST /api/v1/mags-jobs/" + ID + "/stop");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "run | no script was given",
        "run ' ' | no script was given",
        "run -e -w x y | -e keeps nothing, -w keeps a workspace: not both",
        "run -e -p y | -e keeps nothing, -p keeps the sandbox: not both",
        "run --url y | --url needs -p",
        "run --no-sleep y | --no-sleep needs -p",
        "run --port 80 y | --port needs --url",
        "run -p --url --port 0 y | '0' is not a port from 1 to 65535",
        "run -p --url --port 65536 y | '65536' is not a port",
        "run --disk 10GB y | '10GB' is not a whole number of GB above 0",
        "run --disk 1.5 y | '1.5' is not a whole number of GB",
        "run --disk -5 y | '-5' is not a whole number of GB",
        "run --disk 0 y | '0' is not a whole number of GB",
        "run --bogus y | unknown option --bogus",
        "run --timeout soon y | 'soon' is not a time",
        "run -d --timeout 5s y | --detach does not wait",
        "run -f missing.txt y | no such file: ",
        "run -f . y | is a directory",
        "run -f /dev/null y | is a pipe or a device",
        "run \uFFFD | has bytes that are not UTF-8",
        "run --script-file missing.sh | no such file: missing.sh",
        "run --script-file s y | not both",
        "run --env =x y | is not a variable name",
        "run --env 1A=x y | '1A' is not a variable name",
        "run --env-file missing y | no such file: missing",
      })
  void runRefusesBadInputBeforeAnythingIsSent(String line, String why) {
    String[] args =
        line.equals("run ' '") ? new String[] {"run", " "} : line.strip().split(" ", -1);

    CliResult result = mags.run(args);

    assertThat(result).exits(125).printsNothing().warnsMatch("^error: .*" + quote(why));
    assertThat(api.requests()).isEmpty();
  }

  private static String quote(String text) {
    return Pattern.quote(text);
  }

  @Test
  void runNeverShowsTheValueOfABadVariable() {
    assertThat(mags.run("run", "--env", "A-B=geheim", "x").err()).doesNotContain("geheim");
  }

  @Test
  void runWithoutATokenIsNotTheScriptsFailure() {
    mags.env("MAGS_API_TOKEN", null);

    assertThat(mags.run("run", "x")).exits(125).warnsMatch("^error: not logged in$");
  }

  @Test
  void runReportsBadUsageAsJsonWhenAskedTo() {
    assertThat(mags.run("run", "--json", "--bogus", "x"))
        .exits(125)
        .printsNothing()
        .warnsMatch("^\\{\"error\":\\{\"kind\":\"usage\",");
    assertThat(mags.run("run", "--bogus", "x", "--json")).warnsMatch("^error: unknown option");
  }

  @Test
  void newSendsThePayloadOfTheOriginalAndWaitsForAMachine() {
    api.answers(202, ACCEPTED)
        .answers("{\"status\":\"pending\"}")
        .answers("{\"status\":\"running\"}")
        .answers("{\"status\":\"running\",\"vm_id\":\"vm-1\"}");

    assertThat(mags.run("new", "dev", "--base", "golden", "--disk", "10", "-p"))
        .exits(0)
        .prints(ID + "\n")
        .warns("created dev\n");
    assertThat(api.body(0))
        .isEqualTo(
            "{\"script\":\"sleep infinity\",\"type\":\"inline\",\"persistent\":true,"
                + "\"name\":\"dev\",\"workspace_id\":\"dev\",\"base_workspace_id\":\"golden\","
                + "\"startup_command\":\"sleep infinity\",\"disk_gb\":10}");
  }

  @Test
  void newSaysWhatItSawWhenNoMachineComes() {
    api.answers(202, ACCEPTED);
    for (int i = 0; i < 60; i++) {
      api.answers("{\"status\":\"running\"}");
    }

    assertThat(mags.run("new", "dev", "--timeout", "20s"))
        .exits(124)
        .printsNothing()
        .warnsMatch("waited 20s for " + ID + " to run; its status is running without a machine$")
        .warnsMatch("^hint: .*mags stop " + ID);
  }

  @Test
  void newTellsWhyTheSandboxFailed() {
    api.answers(202, ACCEPTED)
        .answers("{\"status\":\"error\"}")
        .answers("{\"logs\":[\"booting\",\"kernel panic\"]}");

    assertThat(mags.run("new", "dev"))
        .exits(1)
        .warnsMatch("^error: the job ended before it could be used: .* error: kernel panic$");
  }

  @Test
  void newFailsOnATakenNameAndShowsTheWayOut() {
    api.answers(409, "{\"error\":\"workspace is already in use\"}");

    assertThat(mags.run("new", "dev"))
        .exits(1)
        .warnsMatch("^error: .*already in use$")
        .warnsMatch("^hint: .*mags new dev --if-exists reuse$");
  }

  @Test
  void newReusesALiveSandbox() {
    api.answers(
            "{\"jobs\":[{\"request_id\":\""
                + ID
                + "\",\"name\":\"dev\",\"status\":\"running\"}],"
                + "\"total\":1}")
        .answers("{\"status\":\"running\",\"vm_id\":\"v\"}");

    assertThat(mags.run("new", "dev", "--if-exists", "reuse", "--json"))
        .exits(0)
        .prints("{\"request_id\":\"" + ID + "\",\"status\":\"running\",\"vm_id\":\"v\"}\n")
        .warnsNothing();
    assertThat(api.requestLines()).noneMatch(line -> line.startsWith("POST"));
  }

  @Test
  void newReusesASleepingSandboxByWakingIt() {
    String sleeping = "{\"request_id\":\"" + ID + "\",\"name\":\"dev\",\"status\":\"sleeping\"}";
    api.answers("{\"jobs\":[" + sleeping + "],\"total\":1}")
        .answers(sleeping)
        .answers(503, "{\"error\":\"not yet\"}")
        .answers(sleeping)
        .answers("{\"success\":true,\"ssh_host\":\"h\",\"ssh_port\":1,\"ssh_private_key\":\"k\"}")
        .answers("{\"status\":\"running\",\"vm_id\":\"v\"}");

    assertThat(mags.run("new", "dev", "--if-exists", "reuse"))
        .exits(0)
        .prints(ID + "\n")
        .warns("reused dev\n");
    assertThat(api.requestLines())
        .filteredOn(line -> line.startsWith("POST"))
        .isNotEmpty()
        .allMatch(line -> line.contains("/mags-jobs/" + ID + "/access"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"--if-exists maybe", "--disk 2GB", "--bogus", "--no-wait --timeout 5s"})
  void newRefusesBadInput(String options) {
    String[] args = ("new dev " + options).split(" ", -1);

    assertThat(mags.run(args)).exits(2).printsNothing().warnsMatch("^error: ");
    assertThat(mags.run("new")).exits(2);
    assertThat(mags.run("new", " ")).exits(2);
    assertThat(api.requests()).isEmpty();
  }
}
