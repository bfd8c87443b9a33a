package run.mags.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static run.mags.testing.CliResultAssert.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.testing.FakeApi;
import run.mags.testing.FakeSleeper;
import run.mags.testing.MagsCli;
import run.mags.wait.InterruptedWaitException;

/** {@code resize}, step by step: what is sent, and what is left where a step fails. */
class ResizeTest {
  private static final String OLD = "11111111-2222-3333-4444-555555555555";
  private static final String NEW = "66666666-7777-8888-9999-000000000000";
  private static final String BASE = "/api/v1/mags-jobs";
  private static final String JOBS = "GET " + BASE + "?page=1&page_size=50";
  private static final String STATUS = "GET " + BASE + "/" + OLD + "/status";
  private static final String SYNC = "POST " + BASE + "/" + OLD + "/sync";
  private static final String STOP = "POST " + BASE + "/" + OLD + "/stop";
  private static final String SUBMIT = "POST " + BASE;
  private static final String MADE = "GET " + BASE + "/" + NEW + "/status";
  private static final String AGAIN = "mags resize dev --disk 10";

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

  private static String job(String status, String more) {
    return "{\"request_id\":\"%s\",\"name\":\"dev\",\"workspace_id\":\"dev\",\"status\":\"%s\"%s}"
        .formatted(OLD, status, more);
  }

  private static String running() {
    return job(
        "running",
        ",\"vm_id\":\"vm-1\",\"persistent\":true,\"disk_gb\":2,\"startup_command\":\"sleep infinity\"");
  }

  private void found(String job) {
    api.answers("{\"jobs\":[" + job + "],\"total\":1}").answers(job);
  }

  private void synced() {
    api.answers("{\"success\":true}").answers(running());
  }

  private void stopped() {
    api.answers("{\"success\":true}").answers(job("stopping", "")).answers(job("stopped", ""));
  }

  private void made() {
    api.answers(202, "{\"request_id\":\"" + NEW + "\"}")
        .answers("{\"status\":\"running\",\"vm_id\":\"vm-2\"}");
  }

  @Test
  void syncsStopsMakesAnewAndWaits() {
    found(running());
    synced();
    stopped();
    made();

    assertThat(mags.run("resize", "dev", "--disk", "10"))
        .exits(0)
        .prints(NEW + "\n")
        .warns(
            """
            syncing
            stopping
            making it anew with 10 GB
            waiting for the new sandbox
            dev has 10 GB
            """);
    assertThat(api.requestLines())
        .containsExactly(JOBS, STATUS, SYNC, STATUS, STOP, STATUS, STATUS, SUBMIT, MADE);
    assertThat(api.body(7))
        .isEqualTo(
            "{\"script\":\"sleep infinity\",\"type\":\"inline\",\"persistent\":true,"
                + "\"name\":\"dev\",\"workspace_id\":\"dev\","
                + "\"startup_command\":\"sleep infinity\",\"disk_gb\":10}");
  }

  @Test
  void keepsWhatTheApiTellsOfTheOldOne() {
    String old =
        "{\"request_id\":\"%s\",\"name\":\"web\",\"workspace_id\":\"dev\",\"status\":\"sleeping\","
                .formatted(OLD)
            + "\"no_sleep\":true,\"startup_command\":\"npm start\",\"base_workspace_id\":\"b\"}";
    found(old);
    stopped();
    made();

    assertThat(mags.run("resize", "dev", "--disk", "10", "--env", "A=1")).exits(0);
    // A sleeping one was synced when it went to sleep, and is not woken for it.
    assertThat(api.requestLines()).doesNotContain(SYNC);
    assertThat(api.body(5))
        .contains("\"name\":\"web\"", "\"workspace_id\":\"dev\"", "\"no_sleep\":true")
        .contains("\"startup_command\":\"npm start\"", "\"base_workspace_id\":\"b\"")
        .contains("\"environment\":{\"A\":\"1\"}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"success\":false,\"error\":\"no room\"}", "500", "no machine"})
  void stopsNothingThatIsNotSynced(String answer) {
    found(running());
    if (answer.equals("500")) {
      api.answers(500, "{\"error\":\"no room\"}");
    } else if (answer.equals("no machine")) {
      api.answers("{\"success\":true}").answers(job("running", ""));
    } else {
      api.answers(answer);
    }

    assertThat(mags.run("resize", "dev", "--disk", "10"))
        .exits(1)
        .prints("")
        .warnsOf("hint: nothing was changed; to go on without what is not synced yet: " + AGAIN)
        .warnsOf("--force");
    assertThat(api.requestLines()).doesNotContain(STOP, SUBMIT);
  }

  @Test
  void goesOnWithoutASyncWhenForced() {
    found(job("running", ""));
    api.answers(409, "{\"error\":\"no VM associated with this job\"}");
    stopped();
    made();

    assertThat(mags.run("resize", "dev", "--disk", "10", "--force"))
        .exits(0)
        .warnsOf("syncing failed (");
    assertThat(api.requestLines()).containsSubsequence(SYNC, STOP, SUBMIT);
  }

  @Test
  void makesNothingAnewBesideOneThatCannotBeStopped() {
    found(running());
    synced();
    api.answers(400, "{\"error\":\"not now\"}").answers(running());

    assertThat(mags.run("resize", "dev", "--disk", "10"))
        .exits(1)
        .warnsOf("hint: the sandbox is synced and not stopped; to go on: " + AGAIN);
    assertThat(api.requestLines()).doesNotContain(SUBMIT);
  }

  @Test
  void takesOneThatEndedByItselfForStopped() {
    found(running());
    synced();
    api.answers(400, "{\"error\":\"the job is not running\"}").answers(job("completed", ""));
    api.answers(job("completed", ""));
    made();

    assertThat(mags.run("resize", "dev", "--disk", "10")).exits(0).prints(NEW + "\n");
  }

  @Test
  void waitsForTheStopToBeRealAndNoLonger() {
    found(running());
    synced();
    api.answers("{\"success\":true}");
    for (int i = 0; i < 100; i++) {
      api.answers(job("stopping", ""));
    }

    assertThat(mags.run("resize", "dev", "--disk", "10", "--timeout", "5s"))
        .exits(124)
        .warnsOf("hint: the sandbox may be stopping, its workspace is kept; to go on: " + AGAIN);
    assertThat(api.requestLines()).doesNotContain(SUBMIT);
  }

  @Test
  void waitsForTheNameToBeFree() {
    found(job("stopped", ""));
    api.answers(409, "{\"error\":\"workspace 'dev' is already in use\"}");
    made();

    assertThat(mags.run("resize", "dev", "--disk", "10")).exits(0).prints(NEW + "\n");
    assertThat(api.requestLines()).containsExactly(JOBS, STATUS, SUBMIT, SUBMIT, MADE);
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 409, 503})
  void saysWhatIsLeftWhenTheNewOneCannotBeMade(int status) {
    found(running());
    synced();
    stopped();
    for (int i = 0; i < 100; i++) {
      api.answers(status, "{\"error\":\"no luck\"}");
    }

    assertThat(mags.run("resize", "dev", "--disk", "10"))
        .exits(1)
        .warnsOf("no luck")
        .warnsOf(
            "hint: the old sandbox is stopped, the files are kept in the workspace; to go on: "
                + AGAIN);
  }

  @Test
  void saysWhatIsLeftWhenTheNewOneFails() {
    found(job("stopped", ""));
    api.answers(202, "{\"request_id\":\"" + NEW + "\"}")
        .answers("{\"status\":\"error\",\"error\":\"no machine left\"}");

    assertThat(mags.run("resize", "dev", "--disk", "10"))
        .exits(1)
        .warnsOf("no machine left")
        .warnsOf("the files are kept in the workspace; to go on: " + AGAIN);
  }

  @Test
  void doesNothingWhereTheSizeIsRight() {
    found(running());

    assertThat(mags.run("resize", "dev", "--disk", "2"))
        .exits(0)
        .prints(OLD + "\n")
        .warns("dev had 2 GB already\n");
    assertThat(api.requestLines()).containsExactly(JOBS, STATUS);
  }

  @Test
  void aWorkspaceWithoutAJobGetsASandbox() {
    api.answers("{\"jobs\":[],\"total\":0}");
    api.answers("{\"workspaces\":[{\"workspace_id\":\"dev\"}]}");
    made();

    assertThat(mags.run("resize", "dev", "--disk", "10")).exits(0).prints(NEW + "\n");
  }

  @Test
  void aScriptThatRunsIsNotEnded() {
    found(job("running", ",\"persistent\":false,\"vm_id\":\"vm-1\""));

    assertThat(mags.run("resize", "dev", "--disk", "10"))
        .exits(1)
        .warnsOf("hint: nothing was changed");
    assertThat(api.requestLines()).containsExactly(JOBS, STATUS);
  }

  @Test
  void tellsAtEachStepWhatIsLeftForSomeoneWhoInterrupts() {
    found(running());
    synced();
    stopped();
    made();
    List<String> left = new ArrayList<>();
    ClientOptions options = ClientOptions.of(api.url(), "not-a-real-token", home);
    try (MagsClient client = new MagsClient(options)) {
      Resize resize = client.resize("dev", 10);
      resize.steps(step -> left.add(step + ": " + resize.remains()));

      resize.run(MagsClient.DEFAULT_LIMIT);

      assertThat(left)
          .containsExactly(
              "syncing: nothing was changed",
              "stopping: the sandbox is synced and not stopped; to go on: " + AGAIN,
              "making it anew with 10 GB: the old sandbox is stopped, the files are kept in the"
                  + " workspace; to go on: "
                  + AGAIN,
              "waiting for the new sandbox: the new sandbox is starting: mags status " + NEW);
    }
  }

  /** An interrupt that comes with request N, from 0: nothing more is sent, and it is told right. */
  @ParameterizedTest
  @CsvSource({
    "0, 'nothing was changed'",
    "1, 'nothing was changed'",
    "2, 'nothing was changed'",
    "3, 'nothing was changed'",
    "4, 'the sandbox may be stopping, its workspace is kept; to go on: '",
    "5, 'the sandbox may be stopping, its workspace is kept; to go on: '",
    "6, 'the sandbox may be stopping, its workspace is kept; to go on: '",
    "7, 'the old sandbox is stopped, the files are kept in the workspace; to go on: '",
    "8, 'the new sandbox is starting: mags status '"
  })
  void sendsNothingMoreAfterAnInterrupt(int at, String left) {
    found(running());
    synced();
    stopped();
    made();
    MagsClient[] client = new MagsClient[1];
    int[] sent = new int[1];
    ClientOptions options =
        ClientOptions.of(api.url(), "not-a-real-token", home)
            .withLines(
                note -> {},
                line -> {
                  if (line.startsWith("> ") && sent[0]++ == at) {
                    client[0].cancel();
                    Thread.currentThread().interrupt();
                  }
                });
    client[0] = new MagsClient(options);
    Resize resize = client[0].resize("dev", 10);

    assertThatThrownBy(() -> resize.run(Duration.ofSeconds(10)))
        .isInstanceOf(InterruptedWaitException.class);

    client[0].close();

    assertThat(Thread.interrupted()).isTrue();
    assertThat(sent[0]).isEqualTo(at + 1);
    assertThat(resize.remains()).startsWith(left);
    assertThat(resize.changed()).isEqualTo(at > 3);
  }

  @Test
  void aLostAnswerToTheSubmitIsNotSentTwice() {
    found(job("stopped", ""));
    api.hangsUp();

    assertThat(mags.run("resize", "dev", "--disk", "10"))
        .exits(1)
        .warnsOf("the files are kept in the workspace; to go on: " + AGAIN);
    assertThat(api.requestLines()).containsExactly(JOBS, STATUS, SUBMIT);
  }

  @Test
  void stopsNothingWhenNobodyKnowsWhetherItIsSynced() {
    found(running());
    api.answers("{\"success\":true}").answers(404, "{\"error\":\"gone\"}");

    assertThat(mags.run("resize", "dev", "--disk", "10"))
        .exits(1)
        .warnsOf("hint: nothing was changed");
    assertThat(api.requestLines()).doesNotContain(STOP, SUBMIT);
  }

  /** A server that writes "" for none has the same meaning as one that leaves the key out. */
  @Test
  void anEmptyWorkspaceIsNone() {
    String old = running().replace("\"workspace_id\":\"dev\"", "\"workspace_id\":\"\"");
    found(old);

    assertThat(mags.run("resize", "dev", "--disk", "10"))
        .exits(1)
        .warnsOf("dev has no workspace: its files would be lost")
        .warnsOf("hint: nothing was changed");
    assertThat(api.requestLines()).containsExactly(JOBS, STATUS);
  }

  @Test
  void aSizeThatIsNoneSendsNothing() {
    try (MagsClient client =
        new MagsClient(ClientOptions.of(api.url(), "not-a-real-token", home))) {
      assertThatThrownBy(() -> client.resize("dev", 0))
          .isInstanceOfSatisfying(
              CliException.class, wrong -> assertThat(wrong.kind()).isEqualTo(ErrorKind.USAGE));
      assertThat(api.requests()).isEmpty();
    }
  }

  @Test
  void saysTheWayBackWhenTheSizeIsRefused() {
    found(running());
    synced();
    stopped();
    api.answers(403, "{\"error\":\"disk quota exceeded\"}");

    assertThat(mags.run("resize", "dev", "--disk", "10", "--base", "b"))
        .exits(1)
        .warnsOf(
            "hint: the old sandbox is stopped, the files are kept in the workspace; to go on: "
                + AGAIN
                + " --base b; with the old size: mags resize dev --disk 2 --base b\n");
  }

  @Test
  void saysAnotherWayBackWhereTheOldSizeIsNotKnown() {
    found(job("stopped", ""));
    api.answers(403, "{\"error\":\"disk quota exceeded\"}");

    assertThat(mags.run("resize", "dev", "--disk", "10"))
        .exits(1)
        .warnsOf("to go on: " + AGAIN + "; with the default size: mags new dev\n");
  }

  @Test
  void saysBeforeAnythingIsStoppedWhatCannotBeKept() {
    found(job("running", ",\"vm_id\":\"vm-1\""));
    synced();
    stopped();
    made();

    assertThat(mags.run("resize", "dev", "--disk", "10", "--startup-command", "npm start"))
        .exits(0)
        .warns(
            """
            warning: dev: the API does not tell what it has as base workspace, sleep setting: \
            the new one gets the default, or what you give: --base, --no-sleep
            syncing
            stopping
            making it anew with 10 GB
            waiting for the new sandbox
            dev has 10 GB
            """);
    assertThat(api.body(7)).contains("\"startup_command\":\"npm start\"");
  }

  @Test
  void takesWhatTheApiDoesNotTellFromTheCommandLine() {
    found(job("stopped", ""));
    made();

    assertThat(
            mags.run(
                "resize",
                "dev",
                "--disk",
                "9",
                "--base",
                "b",
                "--startup-command",
                "",
                "--no-sleep"))
        .exits(0)
        .warnsMatch("\\Amaking it anew");
    assertThat(api.body(2))
        .contains("\"no_sleep\":true", "\"base_workspace_id\":\"b\"")
        .doesNotContain("startup_command");
  }

  /** Pasted as it is, the command must be refused instead of setting a wrong value. */
  @Test
  void theCommandThatGoesOnIsSafeToPaste() {
    found(job("stopped", ""));
    api.answers(400, "{\"error\":\"no luck\"}");

    assertThat(
            mags.run("resize", "dev", "--disk", "10", "--env", "A=secret", "--timeout", "1500ms"))
        .exits(1)
        .warnsOf("to go on: " + AGAIN + " --env '<A=VALUE>' --timeout 1500ms");
    assertThat(mags.run("resize", "dev", "--disk", "10", "--env", "<A=VALUE>"))
        .exits(2)
        .warnsOf("write --env NAME=VALUE");
  }

  @Test
  void waitsForTheNameNoLongerThanItMay() {
    found(job("stopped", ""));
    for (int i = 0; i < 100; i++) {
      api.answers(409, "{\"error\":\"already in use\"}");
    }

    assertThat(mags.run("resize", "dev", "--disk", "10", "--timeout", "5s"))
        .exits(124)
        .warnsOf("error: waited 5s for its name to be free; ")
        .warnsOf("the files are kept in the workspace; to go on: " + AGAIN + " --timeout 5s");
  }

  @Test
  void saysWhatIsNotAppliedWhereTheSizeIsRight() {
    found(running());

    assertThat(mags.run("resize", "dev", "--disk", "2", "--env", "A=1", "--base", "b"))
        .exits(0)
        .warns(
            "warning: dev: nothing had to be changed, so that it is not made anew, without"
                + " --base, --env\ndev had 2 GB already\n");
    assertThat(api.requestLines()).containsExactly(JOBS, STATUS);
  }

  @Test
  void whatIsLeftAgreesWithTheFailureOfARefusedStop() {
    found(running());
    synced();
    api.answers(400, "{\"error\":\"not now\"}").answers(running());
    try (MagsClient client =
        new MagsClient(ClientOptions.of(api.url(), "not-a-real-token", home))) {
      Resize resize = client.resize("dev", 10);

      assertThatThrownBy(() -> resize.run(Duration.ofSeconds(60)))
          .isInstanceOfSatisfying(
              CliException.class, refused -> assertThat(refused.hint()).hasValue(resize.remains()));
      assertThat(resize.remains()).startsWith("the sandbox is synced and not stopped");
      assertThat(resize.changed()).isFalse();
    }
  }
}
