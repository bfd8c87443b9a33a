package run.mags.command;

import static run.mags.testing.CliResultAssert.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import run.mags.testing.CliResult;
import run.mags.testing.FakeApi;
import run.mags.testing.FakeSleeper;
import run.mags.testing.FakeTerminal;
import run.mags.testing.MagsCli;

/** {@code list}, {@code status}, {@code logs} and {@code stop} against scripted answers. */
class JobCommandsTest {
  private static final String ID = "11111111-2222-3333-4444-555555555555";
  private static final String JOB =
      "{\"request_id\":\""
          + ID
          + "\",\"name\":\"dev\",\"workspace_id\":\"ws\",\"status\":\"%s\","
          + "\"created_at\":\"2026-01-01T10:00:00.123Z\"}";

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

  private void lists(String status) {
    api.answers("{\"jobs\":[" + JOB.formatted(status) + "],\"total\":1}");
  }

  @Test
  void listsJobsAsATable() {
    lists("running");

    assertThat(mags.run("list"))
        .exits(0)
        .prints(
            "NAME  STATUS   WORKSPACE  CREATED               ID\n"
                + "dev   running  ws         2026-01-01T10:00:00Z  "
                + ID
                + "\n")
        .warnsNothing();
  }

  @Test
  void fitsTheTableIntoATerminal() {
    lists("running");

    assertThat(mags.terminal(new FakeTerminal("").interactive()).run("--color", "never", "list"))
        .exits(0)
        .prints(
            "NAME  STATUS   WORKSPACE  CREATED  ID\n"
                + "dev   running  ws         1h ago   "
                + ID
                + "\n");
  }

  @Test
  void waitingForASleepingSandboxTellsHowItIsWoken() {
    lists("sleeping");
    for (int i = 0; i < 60; i++) {
      api.answers(JOB.formatted("sleeping"));
    }

    assertThat(mags.run("wait", "dev", "--for", "running", "--timeout", "20s"))
        .exits(124)
        .warnsMatch("waited 20s for dev to be running; its status is sleeping$")
        .warnsMatch("^hint: waiting wakes nobody; to wake it: mags exec dev true; look again: ");
    Assertions.assertThat(api.requestLines()).noneMatch(line -> line.startsWith("POST"));
  }

  @Test
  void cutsLongNamesOfWorkspacesOnATerminal() {
    String long1000 = "n".repeat(1000);
    api.answers(
        "{\"workspaces\":[{\"workspace_id\":\""
            + long1000
            + "\",\"job_count\":1},{\"workspace_id\":\"w\"}]}");

    assertThat(
            mags.terminal(new FakeTerminal("").interactive())
                .run("--color", "never", "workspace", "list"))
        .exits(0)
        .prints(
            "WORKSPACE"
                + " ".repeat(48)
                + "SIZE  JOBS  LAST ACTIVE\n"
                + "n".repeat(54)
                + "…  -     1     -\nw"
                + " ".repeat(56)
                + "-     -     -\n");
  }

  @Test
  void listsJobsAsJson() {
    lists("running");

    assertThat(mags.run("ls", "--json"))
        .exits(0)
        .prints(
            "[{\"request_id\":\""
                + ID
                + "\",\"name\":\"dev\",\"workspace_id\":\"ws\","
                + "\"status\":\"running\",\"created_at\":\"2026-01-01T10:00:00.123Z\"}]\n");
  }

  @Test
  void saysOnStderrThatThereAreNoJobs() {
    api.answers("{\"jobs\":[],\"total\":0}").answers("{\"jobs\":[],\"total\":0}");

    assertThat(mags.run("list")).exits(0).printsNothing().warns("no jobs\n");
    assertThat(mags.run("list", "--json")).exits(0).prints("[]\n").warnsNothing();
  }

  @Test
  void filtersAndLimits() {
    String page =
        "{\"jobs\":[{\"id\":\"1\",\"name\":\"env-a\",\"status\":\"running\"},"
            + "{\"id\":\"2\",\"name\":\"env-b\",\"status\":\"stopped\"},"
            + "{\"id\":\"3\",\"name\":\"other\",\"status\":\"running\"},"
            + "{\"id\":\"4\",\"name\":\"env-c\",\"status\":\"running\"}],\"total\":4}";
    api.answers(page).answers(page);

    assertThat(mags.run("list", "--name", "env-*", "--status", "running", "--json"))
        .prints(
            "[{\"request_id\":\"1\",\"name\":\"env-a\",\"status\":\"running\"},"
                + "{\"request_id\":\"4\",\"name\":\"env-c\",\"status\":\"running\"}]\n");
    assertThat(mags.run("list", "--limit", "1", "--json"))
        .prints("[{\"request_id\":\"1\",\"name\":\"env-a\",\"status\":\"running\"}]\n");
  }

  @Test
  void disarmsWhatTheServerSays() {
    api.answers(
        "{\"jobs\":[{\"id\":\"1\",\"name\":\"a\\u001b[2J\",\"status\":\"x\\ny\"}],\"total\":1}");

    assertThat(mags.run("list")).exits(0).printsMatch("^a\\\\x1b\\[2J +x\\\\x0ay ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "x", "1.5", "99999999999"})
  void refusesLimitsThatAreNone(String limit) {
    assertThat(mags.run("list", "--limit", limit))
        .exits(2)
        .printsNothing()
        .warnsMatch("^error: invalid value for option '--limit'");
    Assertions.assertThat(api.requests()).isEmpty();
  }

  @Test
  void showsAStatusByName() {
    lists("completed");
    api.answers(
        "{\"request_id\":\""
            + ID
            + "\",\"status\":\"completed\",\"exit_code\":3,"
            + "\"script_duration_ms\":1500}");

    assertThat(mags.run("status", "dev"))
        .exits(0)
        .prints("id:         " + ID + "\nstatus:     completed\nexit code:  3\nduration:   1.5s\n");
  }

  @Test
  void asksForAnIdDirectly() {
    api.answers("{\"status\":\"sleeping\"}");

    assertThat(mags.run("status", ID, "--json"))
        .exits(0)
        .prints("{\"request_id\":\"" + ID + "\",\"status\":\"sleeping\"}\n");
    Assertions.assertThat(api.requestLines())
        .containsExactly("GET /api/v1/mags-jobs/" + ID + "/status");
  }

  @Test
  void suggestsNearNames() {
    lists("running");

    assertThat(mags.run("status", "dve"))
        .exits(1)
        .printsNothing()
        .warns("error: no job is named dve\nhint: did you mean dev? see: mags list --all\n");
  }

  @Test
  void reportsErrorsAsJson() {
    lists("running");

    assertThat(mags.run("status", "nothing-like-it", "--json"))
        .exits(1)
        .printsNothing()
        .warns(
            "{\"error\":{\"kind\":\"not_found\",\"message\":\"no job is named nothing-like-it\","
                + "\"hint\":\"see which there are: mags list --all\",\"status\":null,"
                + "\"request_id\":null,\"retryable\":false}}\n");
  }

  @Test
  void anUnknownIdIsAnAnswerOfTheApis() {
    api.answers(404, "{\"error\":\"job not found\"}", "X-Request-Id", "r-7");

    assertThat(mags.run("status", ID))
        .exits(1)
        .warns(
            "error: cannot get the status of "
                + ID
                + ": job not found\n"
                + "hint: see which there are: mags list --all\nrequest id: r-7\n");
  }

  @Test
  void aRefusedTokenExitsFour() {
    api.answers(401, "{\"error\":\"invalid token\"}");

    assertThat(mags.run("list"))
        .exits(4)
        .printsNothing()
        .warnsMatch("^error: the API refused the token: invalid token$")
        .warnsMatch("^hint: .*mags login");
  }

  @Test
  void noTokenExitsFourAndTellsTheWays() {
    mags.env("MAGS_API_TOKEN", null);

    assertThat(mags.run("list"))
        .exits(4)
        .printsNothing()
        .warns(
            "error: not logged in\nhint: run mags login, or set MAGS_API_TOKEN; "
                + "without an account: mags --local COMMAND\n");
    Assertions.assertThat(api.requests()).isEmpty();
  }

  @Test
  void printsLogsUntouched() {
    lists("completed");
    api.answers(
        "{\"logs\":[\"plain \\u001b[31mred\",{\"message\":\"b\",\"source\":\"stderr\"},{}]}");

    assertThat(mags.run("logs", "dev"))
        .exits(0)
        .prints("plain \u001b[31mred\nb\n\n")
        .warnsNothing();
  }

  @Test
  void choosesLogEntries() {
    String log =
        "{\"logs\":[{\"timestamp\":\"2026-01-01T11:00:00Z\",\"message\":\"old\",\"source\":\"stdout\"},"
            + "{\"timestamp\":\"2026-01-01T11:55:00Z\",\"message\":\"new\",\"source\":\"stdout\"},"
            + "{\"timestamp\":\"2026-01-01T11:56:00Z\",\"message\":\"bad\",\"source\":\"stderr\"},"
            + "{\"timestamp\":\"2026-01-01T11:57:00Z\",\"message\":\"sys\",\"source\":\"system\"}]}";
    for (int i = 0; i < 4; i++) {
      lists("completed");
      api.answers(log);
    }

    assertThat(mags.run("logs", "dev", "--since", "10m", "--source", "stdout")).prints("new\n");
    assertThat(mags.run("logs", "dev", "--since", "2026-01-01T11:56:00Z")).prints("bad\nsys\n");
    assertThat(mags.run("logs", "dev", "--tail", "1", "-t")).prints("2026-01-01T11:57:00Z sys\n");
    assertThat(mags.run("logs", "dev", "--tail", "0")).printsNothing();
  }

  @Test
  void followsLogsToTheEnd() {
    lists("running");
    api.answers("{\"logs\":[\"a\"]}")
        .answers("{\"status\":\"running\"}")
        .answers("{\"logs\":[\"a\",\"b\"]}")
        .answers("{\"status\":\"completed\"}")
        .answers("{\"logs\":[\"a\",\"b\",\"c\"]}");

    assertThat(mags.run("logs", "-f", "dev")).exits(0).prints("a\nb\nc\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"yesterday", "", "10x", "0s"})
  void refusesTimesThatAreNone(String since) {
    assertThat(mags.run("logs", "dev", "--since", since)).exits(2).printsNothing();
    Assertions.assertThat(api.requests()).isEmpty();
  }

  @Test
  void stopsAJobByName() {
    lists("running");
    api.answers("{\"success\":true}").answers(JOB.formatted("stopping"));

    assertThat(mags.run("stop", "dev")).exits(0).prints("dev\n").warnsNothing();
    Assertions.assertThat(api.requestLines().get(1))
        .isEqualTo("POST /api/v1/mags-jobs/" + ID + "/stop");
  }

  @Test
  void waitsUntilAJobHasStopped() {
    lists("running");
    api.answers("")
        .answers(JOB.formatted("stopping"))
        .answers(JOB.formatted("stopping"))
        .answers(JOB.formatted("stopped"));

    assertThat(mags.run("stop", "--wait", "dev", "--json"))
        .exits(0)
        .printsMatch("\"status\":\"stopped\"");
  }

  @Test
  void aWaitForAStopEndsInTime() {
    lists("running");
    api.answers("");
    for (int i = 0; i < 50; i++) {
      api.answers(JOB.formatted("stopping"));
    }

    assertThat(mags.run("stop", "--wait", "--timeout", "5s", "dev"))
        .exits(124)
        .printsNothing()
        .warnsMatch("^error: waited 5s for dev to stop; its status is stopping$");
  }

  @Test
  void stoppingWhatHasEndedFailsUnlessThatIsWanted() {
    lists("stopped");
    lists("stopped");

    assertThat(mags.run("stop", "dev"))
        .exits(1)
        .warns(
            """
            error: dev is not running: its status is stopped
            hint: to make that no failure: mags stop --if-running dev
            """);
    assertThat(mags.run("stop", "--if-running", "dev")).exits(0).printsNothing().warnsNothing();
  }

  @Test
  void aWrongNameStopsNothing() {
    lists("running");
    lists("running");

    assertThat(mags.run("stop", "dev", "missing")).exits(1).printsNothing();
    Assertions.assertThat(api.requestLines()).noneMatch(line -> line.startsWith("POST"));
  }

  @Test
  void stoppingNothingIsWrongUsage() {
    assertThat(mags.run("stop")).exits(2).warnsMatch("^error: missing required parameter");
    assertThat(mags.run("stop", "--timeout", "5s", "dev"))
        .exits(2)
        .warns("error: --timeout needs --wait\nhint: see: mags stop --help\n");
  }

  /** A variable that is not set must not mean a job that has no name. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "stop",
        "stop dev",
        "stop --if-running",
        "stop --exec 0123456789abcdef",
        "sync",
        "set --no-sleep",
        "resize --disk 10",
        "status",
        "logs",
        "wait",
        "url"
      })
  void anEmptyNameMeansNoJob(String command) {
    String unnamed =
        "{\"request_id\":\"" + ID.replace('1', '9') + "\",\"name\":\"\",\"status\":\"running\"}";
    api.otherwise(n -> "{\"jobs\":[" + unnamed + "," + JOB.formatted("running") + "],\"total\":2}");

    for (String name : new String[] {"", "  "}) {
      List<String> words = new ArrayList<>(List.of(command.split(" ")));
      words.add(name);
      assertThat(mags.run(words.toArray(String[]::new)))
          .exits(command.equals("wait") ? 125 : 2)
          .prints("")
          .warnsOf("error: the name of a job is empty\nhint: is a variable not set?");
    }
    // Of several names, those before the empty one may have been looked up.
    Assertions.assertThat(api.requestLines()).allMatch(line -> line.startsWith("GET "));
    Assertions.assertThat(api.requests()).hasSize(command.startsWith("stop dev") ? 2 : 0);
  }

  @Test
  void aUrlThatCannotBeHadInTimeIsATimeout() {
    String running = "{\"status\":\"running\",\"vm_id\":\"vm\",\"request_id\":\"" + ID + "\"}";
    api.answers(running).otherwise(n -> n % 2 == 0 ? "{\"success\":false}" : running);

    assertThat(mags.run("url", ID, "--timeout", "5s", "--json"))
        .exits(124)
        .prints("")
        .warnsOf(
            "{\"error\":{\"kind\":\"timeout\",\"message\":\"cannot reach " + ID + " within 5s");
  }

  /** Each access is tried four times; three of them are failures that are worth a line. */
  @Test
  void saysNowAndThenOnlyThatItTriesAgain() {
    api.answers(JOB.formatted("running"));
    for (int round = 0; round < 30; round++) {
      for (int tries = 0; tries < 4; tries++) {
        api.answers(503, "{\"error\":\"no machine yet\"}");
      }
      api.answers(JOB.formatted("running"));
    }

    CliResult late = mags.run("url", ID, "--timeout", "25s");

    assertThat(late).exits(124).warnsOf("no machine yet; trying again\n");
    Assertions.assertThat(late.err().split("; trying again\n", -1)).hasSizeBetween(3, 4);
  }
}
