package run.mags.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import run.mags.api.model.CronRequest;
import run.mags.api.model.Job;
import run.mags.api.model.JobUpdate;
import run.mags.api.model.LogEntry;
import run.mags.api.model.UrlAlias;
import run.mags.api.model.Workspace;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.ssh.RemoteCommand;
import run.mags.testing.FakeApi;
import run.mags.testing.FakeSleeper;
import run.mags.wait.InterruptedWaitException;
import run.mags.wait.WaitTimeoutException;

/** What the library sends, and how it fails, on an API that says what a test wants it to say. */
class FacadeTest {
  private static final String ID = "11111111-2222-3333-4444-555555555555";
  private static final String JOBS = "GET /api/v1/mags-jobs?page=1&page_size=50";
  private static final String STATUS = "GET /api/v1/mags-jobs/" + ID + "/status";
  private static final String LOGS = "GET /api/v1/mags-jobs/" + ID + "/logs";

  @TempDir private Path home;
  private final FakeApi api = new FakeApi();
  private final FakeSleeper sleeper = new FakeSleeper();
  private MagsClient mags;

  @BeforeEach
  void open() {
    ClientOptions options = ClientOptions.of(api.url(), "not-a-real-token", home);
    mags =
        new MagsClient(
            new ClientOptions(
                options.apiUrl(),
                options.token(),
                options.userAgent(),
                options.knownHosts(),
                null,
                null,
                sleeper,
                options.notes(),
                options.debug()));
  }

  @AfterEach
  void close() {
    mags.close();
    api.close();
  }

  private static CliException failure(ThrowingCallable call) {
    List<CliException> thrown = new ArrayList<>();
    assertThatThrownBy(call).isInstanceOfSatisfying(CliException.class, thrown::add);
    return thrown.get(0);
  }

  private static String job(String status, String more) {
    return "{\"request_id\":\"%s\",\"name\":\"dev\",\"workspace_id\":\"data\",\"status\":\"%s\"%s}"
        .formatted(ID, status, more);
  }

  private void jobs(String... jobs) {
    api.answers("{\"jobs\":[%s],\"total\":%d}".formatted(String.join(",", jobs), jobs.length));
  }

  private void workspaces(String... names) {
    List<String> each =
        List.of(names).stream().map("{\"workspace_id\":\"%s\"}"::formatted).toList();
    api.answers("{\"workspaces\":[" + String.join(",", each) + "]}");
  }

  @ParameterizedTest
  @CsvSource({
    "http://api.example.com, unencrypted",
    "ftp://127.0.0.1, not an http or https URL",
    "127.0.0.1, not an http or https URL",
    "https://user@example.com, no user",
  })
  void sendsItsTokenNowhereInTheClear(URI url, String why) {
    CliException refused = failure(() -> MagsClient.open(url, "not-a-real-token", home));

    assertThat(refused.kind()).isEqualTo(ErrorKind.CONFIG);
    assertThat(refused).hasMessageStartingWith("the API's URL cannot be used: ");
    assertThat(refused).hasMessageContaining(why);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Foo Bar/..", "", "-a", "a-", "A", "ü"})
  void asksForNoSubdomainThatIsNone(String subdomain) {
    CliException refused = failure(() -> mags.aliases().add(subdomain, "dev"));

    assertThat(refused.kind()).isEqualTo(ErrorKind.USAGE);
    assertThat(refused).hasMessageContaining("'" + subdomain + "' cannot be a subdomain");
    assertThat(api.requests()).isEmpty();
  }

  @Test
  void namesTheCallWhereACronJobHasNoId() {
    String list = "{\"cron_jobs\":[{\"name\":\"odd\"},{\"name\":\"two\"},{\"name\":\"two\"}]}";
    for (int i = 0; i < 3; i++) {
      api.answers(list);
    }

    CliException notRemoved = failure(() -> mags.cron().remove("odd"));
    assertThat(notRemoved.kind()).isEqualTo(ErrorKind.BAD_ANSWER);
    assertThat(notRemoved)
        .hasMessage("cannot remove the cron job odd: the API's list gives no id for it");
    assertThat(failure(() -> mags.cron().enable("odd", false)))
        .hasMessage("cannot disable the cron job odd: the API's list gives no id for it");
    assertThat(failure(() -> mags.cron().find("two")).hint().orElse("")).doesNotContain("null");
  }

  @Test
  void saysWhyAChangeWasRefusedByAnAnswerOfSuccess() {
    String list = "{\"cron_jobs\":[{\"id\":\"c1\",\"name\":\"nightly\"}]}";
    String no = "{\"success\":false,\"error\":\"nope\"}";
    api.answers(list).answers(no).answers(no).answers(no).answers(job("running", "")).answers(no);

    CliException refused = failure(() -> mags.cron().enable("nightly", false));
    assertThat(refused.kind()).isEqualTo(ErrorKind.REFUSED);
    assertThat(refused).hasMessage("cannot disable the cron job c1: nope");
    assertThat(failure(() -> mags.cron().add(CronRequest.of("n", "@daily", "true"))))
        .hasMessage("cannot add the cron job: nope");
    assertThat(failure(() -> mags.submit(JobSpec.script("true"))))
        .hasMessage("cannot submit the job: nope");
    assertThat(failure(() -> mags.aliases().add("app", ID)))
        .hasMessage("cannot make the URL alias app: nope");
  }

  @ParameterizedTest
  @ValueSource(strings = {",\"startup_command\":\"sleep infinity\"", ""})
  void startsNoBrowserInASandboxThatIsForSomethingElse(String startup) {
    jobs(job("sleeping", ""));
    api.answers(job("sleeping", startup));

    CliException refused = failure(() -> mags.browser("dev", Duration.ofMinutes(3)));

    assertThat(refused.kind()).isEqualTo(ErrorKind.CONFLICT);
    assertThat(refused).hasMessage("dev is a sandbox without a browser, and is sleeping");
    assertThat(refused.hint())
        .hasValue("take another name, as in: mags browser NAME; or first: mags stop dev");
    assertThat(api.requestLines()).containsExactly(JOBS, STATUS);
  }

  @Test
  void namesTheArgumentThatIsNull() {
    List<ThrowingCallable> nameless =
        List.of(
            () -> mags.find(null),
            () -> mags.findIfThere(null),
            () -> mags.status(null),
            () -> mags.logs(null),
            () -> mags.access(null, 22),
            () -> mags.exec(null, "true"));
    for (ThrowingCallable call : nameless) {
      assertThatThrownBy(call).isInstanceOf(NullPointerException.class).hasMessage("nameOrId");
    }
    RemoteCommand command = new RemoteCommand(List.of("true"), Map.of(), null);
    Duration limit = Duration.ofSeconds(1);
    assertThatThrownBy(() -> mags.exec("dev", command, null, limit))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("stdin");
    assertThatThrownBy(() -> mags.exec("dev", null, new byte[0], limit))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("command");
    assertThat(api.requests()).isEmpty();
  }

  @Test
  void addsNoCronJobWithoutAName() {
    CliException refused = failure(() -> mags.cron().add(CronRequest.of(" ", "@daily", "true")));

    assertThat(refused.kind()).isEqualTo(ErrorKind.USAGE);
    assertThat(refused).hasMessageContaining("a name that is not blank");
    assertThat(api.requests()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 65_536, 70_000})
  void asksForNoPortThatIsNone(int port) {
    List<ThrowingCallable> calls =
        List.of(() -> mags.access("dev", port), () -> mags.url("dev", port, Duration.ofSeconds(1)));
    for (ThrowingCallable call : calls) {
      CliException refused = failure(call);
      assertThat(refused.kind()).isEqualTo(ErrorKind.USAGE);
      assertThat(refused).hasMessage(port + " is not a port from 1 to 65535");
    }
    assertThat(api.requests()).isEmpty();
  }

  @Test
  void tellsWhichWorkspacesThereAre() {
    workspaces("a", "b");
    workspaces("a", "b");

    assertThat(mags.workspaces().list())
        .extracting(Workspace::workspaceId)
        .containsExactly("a", "b");
    assertThat(mags.workspaces().exists("c")).isFalse();
  }

  @Test
  void deletesAWorkspaceThatNobodyUses() {
    workspaces("data");
    jobs(job("stopped", ""));
    api.answers("{\"success\":true}");

    mags.workspaces().delete("data");

    assertThat(api.requestLines())
        .containsExactly(
            "GET /api/v1/mags-workspaces", JOBS, "DELETE /api/v1/mags-workspaces/data");
  }

  @Test
  void deletesNoWorkspaceThatAJobStandsOn() {
    workspaces("golden");
    jobs(job("running", ",\"base_workspace_id\":\"golden\""));

    CliException refused = failure(() -> mags.workspaces().delete("golden"));

    assertThat(refused.kind()).isEqualTo(ErrorKind.CONFLICT);
    assertThat(refused).hasMessage("the workspace golden is in use by dev, which is running");
    assertThat(api.requests()).hasSize(2);
  }

  @Test
  void asksForTheStatusWhereTheListLeavesTheBaseOut() {
    workspaces("golden");
    jobs(job("sleeping", ""));
    api.answers(job("sleeping", ",\"base_workspace_id\":\"golden\""));

    assertThat(failure(() -> mags.workspaces().delete("golden")))
        .hasMessage("the workspace golden is in use by dev, which is sleeping");
    assertThat(api.requestLines()).containsExactly("GET /api/v1/mags-workspaces", JOBS, STATUS);
  }

  @Test
  void deletesNoWorkspaceThatTheApiCallsInUse() {
    api.answers("{\"workspaces\":[{\"workspace_id\":\"golden\",\"in_use\":true}]}");
    jobs(job("running", ""));

    CliException refused = failure(() -> mags.workspaces().delete("golden"));

    assertThat(refused.kind()).isEqualTo(ErrorKind.CONFLICT);
    assertThat(refused).hasMessage("the workspace golden is in use, the API says");
    assertThat(api.requests()).hasSize(2);
  }

  @Test
  void deletesNoWorkspaceThatAJobWorksIn() {
    workspaces("data");
    jobs(job("sleeping", ""));

    CliException refused = failure(() -> mags.workspaces().delete("data"));

    assertThat(refused.kind()).isEqualTo(ErrorKind.CONFLICT);
    assertThat(refused).hasMessage("the workspace data is in use by dev, which is sleeping");
    assertThat(refused.hint()).hasValue("stop it first: mags stop dev");
    assertThat(api.requests()).hasSize(2);
  }

  @Test
  void namesTheWorkspacesThatAreNearAWrongName() {
    workspaces("data", "other");

    CliException unknown = failure(() -> mags.workspaces().delete("dtaa"));

    assertThat(unknown.kind()).isEqualTo(ErrorKind.NOT_FOUND);
    assertThat(unknown.hint().orElseThrow()).contains("did you mean data?");
  }

  @Test
  void addsACronJob() {
    api.answers("{\"cron_job\":{\"id\":\"c1\",\"name\":\"nightly\",\"enabled\":true}}");

    assertThat(mags.cron().add(CronRequest.of("nightly", "0 2 * * *", "true").in("data")).id())
        .isEqualTo("c1");
    assertThat(api.body(0))
        .isEqualTo(
            "{\"name\":\"nightly\",\"cron_expression\":\"0 2 * * *\",\"script\":\"true\","
                + "\"workspace_id\":\"data\"}");
  }

  @Test
  void sendsNoScheduleThatNeverComes() {
    CliException wrong =
        failure(() -> mags.cron().add(CronRequest.of("never", "0 0 30 2 *", "true")));

    assertThat(wrong.kind()).isEqualTo(ErrorKind.USAGE);
    assertThat(wrong).hasMessageContaining("never comes");
    assertThat(api.requests()).isEmpty();
  }

  @Test
  void findsACronJobByIdThenByName() {
    String list =
        "{\"cron_jobs\":[{\"id\":\"c1\",\"name\":\"c2\"},{\"id\":\"c2\",\"name\":\"twin\"},"
            + "{\"id\":\"c3\",\"name\":\"twin\"}]}";
    for (int i = 0; i < 4; i++) {
      api.answers(list);
    }

    assertThat(mags.cron().find("c2").name()).isEqualTo("twin");
    CliException several = failure(() -> mags.cron().find("twin"));
    assertThat(several.kind()).isEqualTo(ErrorKind.CONFLICT);
    assertThat(several.hint()).hasValue("give the id of one: c2, c3");
    CliException none = failure(() -> mags.cron().remove("twn"));
    assertThat(none.kind()).isEqualTo(ErrorKind.NOT_FOUND);
    assertThat(none.hint().orElseThrow()).startsWith("did you mean twin?");
  }

  @Test
  void switchesAndRemovesACronJob() {
    String list = "{\"cron_jobs\":[{\"id\":\"c1\",\"name\":\"nightly\"}]}";
    api.answers(list).answers("{\"id\":\"c1\",\"enabled\":false}").answers(list).answers("{}");

    assertThat(mags.cron().enable("nightly", false).enabled()).isFalse();
    assertThat(mags.cron().remove("nightly").id()).isEqualTo("c1");

    assertThat(api.body(1)).isEqualTo("{\"enabled\":false}");
    assertThat(api.requestLines().get(3)).isEqualTo("DELETE /api/v1/mags-cron/c1");
  }

  @Test
  void anAliasLeadsToTheWorkspaceOfAJob() {
    jobs(job("running", ""));
    api.answers(job("running", "")).answers("{\"url\":\"https://app.example\"}");

    UrlAlias alias = mags.aliases().add("app", "dev");

    assertThat(alias).isEqualTo(new UrlAlias("app", "data", null, "https://app.example"));
    assertThat(api.body(2)).isEqualTo("{\"subdomain\":\"app\",\"workspace_id\":\"data\"}");
  }

  @Test
  void aJobWithoutAWorkspaceGetsNoAlias() {
    api.answers("{\"request_id\":\"" + ID + "\",\"status\":\"running\"}");

    assertThat(failure(() -> mags.aliases().add("app", ID)).kind()).isEqualTo(ErrorKind.REFUSED);
    assertThat(api.requestLines()).containsExactly(STATUS);
  }

  @Test
  void anAliasThatIsTakenIsAConflict() {
    api.answers(job("running", "")).answers(409, "{\"error\":\"alias 'app' already exists\"}");

    assertThat(failure(() -> mags.aliases().add("app", ID)).kind()).isEqualTo(ErrorKind.CONFLICT);
  }

  @Test
  void namesTheAliasThatIsNearAWrongOne() {
    api.answers(404, "{\"error\":\"not found\"}")
        .answers("{\"aliases\":[{\"subdomain\":\"shop\"}]}");

    CliException unknown = failure(() -> mags.aliases().remove("shp"));

    assertThat(unknown.kind()).isEqualTo(ErrorKind.NOT_FOUND);
    assertThat(unknown.hint().orElseThrow()).startsWith("did you mean shop?");
    assertThat(api.requestLines().get(0)).isEqualTo("DELETE /api/v2/mags-url-aliases/shp");
  }

  @Test
  void cleansUpWhatAJobHasMadeAndNothingElse() {
    workspaces("old");
    Cleanup cleanup = new Cleanup(mags);
    api.answers(job("running", "")).answers("{}").answers(job("stopping", ""));
    api.answers(job("stopped", ""));
    api.answers(409, "{\"error\":\"workspace 'data' is in use\"}").answers("{}");

    cleanup.after(mags, ID);

    assertThat(api.requestLines())
        .endsWith(
            "POST /api/v1/mags-jobs/" + ID + "/stop",
            STATUS,
            STATUS,
            "DELETE /api/v1/mags-workspaces/data",
            "DELETE /api/v1/mags-workspaces/data");
  }

  @Test
  void leavesAWorkspaceThatWasThereBefore() {
    workspaces("data");
    Cleanup cleanup = new Cleanup(mags);
    api.answers(job("completed", ""));

    cleanup.after(mags, ID);

    assertThat(api.requestLines()).containsExactly("GET /api/v1/mags-workspaces", STATUS);
  }

  @Test
  void followsALogToItsEndEachEntryOnce() {
    api.answers(job("running", "")).answers("{\"logs\":[\"one\"]}");
    api.answers(job("running", "")).answers("{\"logs\":[\"one\"]}");
    api.answers(job("completed", "")).answers("{\"logs\":[\"one\",\"two\",\"three\"]}");

    assertThat(mags.followLogs(ID).map(LogEntry::message)).containsExactly("one", "two", "three");
    assertThat(api.requestLines()).containsExactly(STATUS, LOGS, STATUS, LOGS, STATUS, LOGS);
    assertThat(sleeper.pauses()).hasSize(2);
  }

  @Test
  void fetchesNoMoreOfALogThanIsRead() {
    api.answers(job("running", "")).answers("{\"logs\":[\"one\",\"two\"]}");

    assertThat(mags.followLogs(ID).limit(2).map(LogEntry::message)).containsExactly("one", "two");
  }

  @Test
  void listsAsFarAsIsRead() {
    api.answers("{\"jobs\":[" + job("running", "") + "],\"total\":60}");

    assertThat(mags.list().limit(1).map(Job::name)).containsExactly("dev");
    assertThat(api.requestLines()).containsExactly(JOBS);
  }

  @Test
  void aJobWhoseTimeIsUpIsStopped() {
    api.answers(202, "{\"request_id\":\"" + ID + "\"}");
    for (int i = 0; i < 20; i++) {
      api.answers(job("running", "")).answers("{\"logs\":[]}");
    }

    assertThatThrownBy(() -> mags.run(JobSpec.script("sleep 60"), Duration.ofSeconds(1)))
        .isInstanceOf(WaitTimeoutException.class);
    assertThat(api.requestLines()).contains("POST /api/v1/mags-jobs/" + ID + "/stop");
  }

  @Test
  void runsNothingThatWouldNeverEnd() {
    JobSpec spec = JobSpec.script("true").persistent();

    assertThat(failure(() -> mags.run(spec, null)).kind()).isEqualTo(ErrorKind.USAGE);
    assertThat(api.requests()).isEmpty();
  }

  @Test
  void sendsNothingWhenAFileCannotBeSent() {
    JobSpec spec = JobSpec.script("true").file(home.resolve("missing"));

    assertThat(failure(() -> mags.submit(spec)).kind()).isEqualTo(ErrorKind.FILE);
    assertThat(failure(() -> mags.upload(List.of(home))).kind()).isEqualTo(ErrorKind.FILE);
    assertThat(api.requests()).isEmpty();
  }

  @Test
  void changesOnlyWhatIsSaid() {
    api.answers("{}").answers("{}");

    mags.update(ID, JobUpdate.noSleep(true));
    mags.update(ID, JobUpdate.startupCommand("npm start"));

    assertThat(api.body(0)).isEqualTo("{\"no_sleep\":true}");
    assertThat(api.body(1)).isEqualTo("{\"startup_command\":\"npm start\"}");
  }

  @Test
  void syncsOnlyWhatIsLive() {
    api.answers(job("completed", ""));

    assertThat(failure(() -> mags.sync(ID)).kind()).isEqualTo(ErrorKind.CONFLICT);
    assertThat(api.requestLines()).containsExactly(STATUS);
  }

  @Test
  void failuresHaveTheKindAndTheStatusOfTheAnswer() {
    api.answers(401, "{\"error\":\"bad token\"}").answers(404, "{\"error\":\"no such job\"}");

    CliException refused = failure(() -> mags.status(ID));
    assertThat(refused.kind()).isEqualTo(ErrorKind.NOT_LOGGED_IN);
    assertThat(refused.status()).hasValue(401);
    CliException unknown = failure(() -> mags.status(ID));
    assertThat(unknown.kind()).isEqualTo(ErrorKind.NOT_FOUND);
    assertThat(unknown.status()).hasValue(404);
    assertThat(unknown.retryable()).isFalse();
  }

  @Test
  void nothingIsSentAfterClose() {
    mags.close();
    mags.close();

    assertThatThrownBy(() -> mags.status(ID)).isInstanceOf(IllegalStateException.class);
    assertThat(api.requests()).isEmpty();
  }

  @Test
  void nothingIsSentAfterCancel() {
    mags.cancel();

    assertThatThrownBy(() -> mags.status(ID)).isInstanceOf(InterruptedWaitException.class);
    assertThat(api.requests()).isEmpty();
  }

  @Test
  void anInterruptEndsAWaitAndStaysKnown() {
    api.answers(job("running", ""));
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> mags.awaitEnd(ID, Duration.ofMinutes(1)))
        .isInstanceOf(InterruptedWaitException.class);
    assertThat(Thread.interrupted()).isTrue();
  }
}
