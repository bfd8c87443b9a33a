package run.mags.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import run.mags.api.model.Access;
import run.mags.api.model.Job;
import run.mags.api.model.JobRequest;
import run.mags.api.model.JobStatus;
import run.mags.api.model.JobUpdate;
import run.mags.api.model.LogEntry;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.testing.FakeApi;
import run.mags.testing.FakeSleeper;
import run.mags.wait.InterruptedWaitException;

class MagsApiClientTest {
  private static final String TOKEN = "not-a-real-token";
  private static final String ID = "11111111-2222-3333-4444-555555555555";

  private final FakeApi server = new FakeApi();
  private final FakeSleeper sleeper = new FakeSleeper();
  private final List<String> notes = new ArrayList<>();
  private final List<String> debug = new ArrayList<>();
  private final MagsApiClient api = client(server.url());

  private MagsApiClient client(URI url) {
    return new MagsApiClient(
        new ApiOptions(url, TOKEN, "mags/test", sleeper, notes::add, debug::add));
  }

  @AfterEach
  void close() {
    api.close();
    server.close();
  }

  private static JobRequest request(String script) {
    return new JobRequest(
        script, "inline", "n", null, null, null, null, null, Map.of(), List.of(), null);
  }

  private static ApiException failure(ThrowingCallable call) {
    List<ApiException> thrown = new ArrayList<>();
    assertThatThrownBy(call).isInstanceOfSatisfying(ApiException.class, thrown::add);
    return thrown.get(0);
  }

  @Test
  void submitsAJob() {
    server.answers(202, "{\"request_id\":\"" + ID + "\",\"status\":\"accepted\"}");

    assertThat(api.submit(request("echo 'ü'")).requestId()).isEqualTo(ID);

    assertThat(server.requestLines()).containsExactly("POST /api/v1/mags-jobs");
    assertThat(server.body(0))
        .isEqualTo("{\"script\":\"echo 'ü'\",\"type\":\"inline\",\"name\":\"n\"}");
    assertThat(server.requests().get(0).getHeaders().get("Authorization"))
        .isEqualTo("Bearer " + TOKEN);
    assertThat(server.requests().get(0).getHeaders().get("User-Agent")).isEqualTo("mags/test");
    assertThat(server.requests().get(0).getHeaders().get("Content-Type"))
        .startsWith("application/json");
  }

  @Test
  void readsAStatusLeniently() {
    server.answers(
        "{\"request_id\":null,\"status\":\"hibernating\",\"exit_code\":\"3\",\"vm_id\":{},"
            + "\"started_at\":\"yesterday\",\"new_field\":[1]}");

    Job job = api.status(ID);

    assertThat(job.requestId()).isEqualTo(ID);
    assertThat(job.state()).isEqualTo(JobStatus.UNKNOWN);
    assertThat(job.status()).isEqualTo("hibernating");
    assertThat(job.exitCode()).isEqualTo(3);
    assertThat(job.vmId()).isNull();
    assertThat(job.startedAt()).isNull();
  }

  @Test
  void readsLogEntriesOfBothForms() {
    server.answers(
        "{\"logs\":[\"plain\",{\"timestamp\":\"2026-01-01T00:00:00Z\",\"level\":\"info\","
            + "\"message\":\"object\",\"source\":\"stdout\"},{}]}");

    assertThat(api.logs(ID)).extracting(LogEntry::message).containsExactly("plain", "object", null);
  }

  @Test
  void asksForAccess() {
    server.answers(
        "{\"success\":true,\"ssh_host\":\"h\",\"ssh_port\":40000,\"ssh_private_key\":\"K\"}");

    Access access = api.access(ID, 22);

    assertThat(server.body(0)).isEqualTo("{\"port\":22}");
    assertThat(access.sshPort()).isEqualTo(40000);
    assertThat(access.toString()).doesNotContain("K");
  }

  @Test
  void treatsRefusedAccessAsAFailureThatMayPass() {
    server.answers("{\"success\":false,\"error\":\"no VM associated with this job\"}");

    ApiException failure = failure(() -> api.access(ID, 22));

    assertThat(failure.kind()).isEqualTo(ErrorKind.REFUSED);
    assertThat(failure).hasMessageContaining("no VM associated with this job");
    assertThat(failure.retryable()).isTrue();
  }

  @Test
  void speaksToEveryOtherEndpoint(@TempDir Path dir) throws IOException {
    Path file = Files.writeString(dir.resolve("data.csv"), "a,b\n");
    for (int i = 0; i < 6; i++) {
      server.answers("{\"idle_vms\":3,\"file_id\":\"f1\"}");
    }

    api.stop(ID);
    api.sync(ID);
    api.update(ID, new JobUpdate("npm start", true));
    assertThat(api.usage(7).path("idle_vms").asInt()).isEqualTo(3);
    assertThat(api.poolStatus().idleVms()).isEqualTo(3);
    assertThat(api.upload(file)).isEqualTo("f1");

    assertThat(server.requestLines())
        .containsExactly(
            "POST /api/v1/mags-jobs/" + ID + "/stop",
            "POST /api/v1/mags-jobs/" + ID + "/sync",
            "PATCH /api/v1/mags-jobs/" + ID,
            "GET /api/v1/mags-jobs/usage?window_days=7",
            "GET /api/v1/mags-jobs/pool-status",
            "POST /api/v1/mags-files");
    assertThat(server.body(2)).isEqualTo("{\"startup_command\":\"npm start\",\"no_sleep\":true}");
    assertThat(server.body(5)).contains("name=\"file\"; filename=\"data.csv\"").contains("a,b\n");
  }

  @Test
  void escapesIdsInPaths() {
    server.answers("{\"status\":\"running\"}").answers("{\"status\":\"running\"}");

    api.status("a/b c?ü%");
    api.status("...");
    assertThatThrownBy(() -> api.status("..")).hasMessage("'..' cannot be a name");

    assertThat(server.requestLines())
        .containsExactly(
            "GET /api/v1/mags-jobs/a%2Fb%20c%3F%C3%BC%25/status",
            "GET /api/v1/mags-jobs/.../status");
  }

  @Test
  void walksThroughAllPagesAsNeeded() {
    server
        .answers("{\"jobs\":[{\"id\":\"1\"},{\"id\":\"2\"}],\"total\":3}")
        .answers("{\"jobs\":[{\"id\":\"2\"},{\"id\":\"3\"}],\"total\":3}");

    List<String> ids = new ArrayList<>();
    for (Job job : api.allJobs()) {
      ids.add(job.requestId());
      if (ids.size() == 2) {
        assertThat(server.requests()).hasSize(1);
      }
    }

    assertThat(ids).containsExactly("1", "2", "3");
    assertThat(server.requestLines())
        .containsExactly(
            "GET /api/v1/mags-jobs?page=1&page_size=50",
            "GET /api/v1/mags-jobs?page=2&page_size=50");
  }

  @Test
  void endsWhenAServerRepeatsAPageForEver() {
    for (int i = 0; i < 5; i++) {
      server.answers("{\"jobs\":[{\"request_id\":\"1\"}]}");
    }

    assertThat(api.allJobs()).hasSize(1);
    assertThat(server.requests()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {502, 503, 504, 520, 524})
  void triesAgainWhatPassesByItself(int status) {
    server.answers(status, "error code: " + status).answers("{\"status\":\"running\"}");

    assertThat(api.status(ID).state()).isEqualTo(JobStatus.RUNNING);
    assertThat(sleeper.pauses()).hasSize(1);
    assertThat(notes).isEmpty();
  }

  @Test
  void givesUpAfterFourTriesAndSaysSoMeanwhile() {
    for (int i = 0; i < 5; i++) {
      server.answers(503, "<html>down</html>");
    }

    ApiException failure = failure(() -> api.status(ID));

    assertThat(server.requests()).hasSize(4);
    assertThat(failure.kind()).isEqualTo(ErrorKind.UNAVAILABLE);
    assertThat(failure.status()).contains(503);
    assertThat(failure.retryable()).isTrue();
    assertThat(failure.getMessage()).doesNotContain("<html>");
    assertThat(notes).hasSize(1).allMatch(note -> note.endsWith("trying again"));
  }

  @Test
  void waitsAsLongAsTheServerAsks() {
    server.answers(429, "slow down", "Retry-After", "3").answers(202, "{\"request_id\":\"x\"}");

    api.submit(request("true"));

    assertThat(sleeper.pauses()).containsExactly(Duration.ofSeconds(3));
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 502, 503, 504, 524})
  void submitsOnceOnly(int status) {
    server.answers(status, "oops").answers(202, "{\"request_id\":\"x\"}");

    failure(() -> api.submit(request("true")));

    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void saysWhatIsNotKnownWhenASubmitBreaksOff() {
    server.hangsUp().answers(202, "{\"request_id\":\"x\"}");

    ApiException failure = failure(() -> api.submit(request("true")));

    assertThat(server.requests()).hasSize(1);
    assertThat(failure.getMessage()).contains("whether it was done is not known");
    assertThat(failure.hint()).contains("look before trying again: mags list --name n");
    assertThat(failure.retryable()).isFalse();
  }

  @Test
  void repeatsASubmitThatCertainlyNeverLeft() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    try (MagsApiClient nobody = client(URI.create("http://127.0.0.1:" + port))) {
      ApiException failure = failure(() -> nobody.submit(request("true")));

      assertThat(failure.kind()).isEqualTo(ErrorKind.UNAVAILABLE);
      assertThat(failure.getMessage()).contains("nobody answers at 127.0.0.1:" + port);
      assertThat(failure.retryable()).isTrue();
      assertThat(sleeper.pauses()).hasSize(3);
    }
  }

  @Test
  void triesAReadAgainWhenTheConnectionBreaks() {
    server.hangsUp().answers("{\"status\":\"sleeping\"}");

    assertThat(api.status(ID).state()).isEqualTo(JobStatus.SLEEPING);
  }

  @ParameterizedTest
  @CsvSource({
    "401, NOT_LOGGED_IN, '{\"error\":\"bad token\"}'",
    "403, REFUSED, '{\"error\":\"not yours\"}'",
    "404, NOT_FOUND, '{\"error\":\"job not found\"}'",
    "409, CONFLICT, '{\"error\":\"name taken\"}'",
    "500, CONFLICT, '{\"error\":\"workspace already exists\"}'",
    "500, CONFLICT, '{\"error\":\"workspace is in use\"}'",
    "500, UNAVAILABLE, '{\"error\":\"boom\"}'",
    "400, REFUSED, '{\"error\":\"Field validation failed\"}'",
    "418, REFUSED, 'plain text'",
  })
  void namesWhatAStatusMeans(int status, ErrorKind kind, String body) {
    server.answers(status, body, "X-Request-Id", "r-1");

    ApiException failure = failure(() -> api.stop(ID));

    assertThat(failure.kind()).isEqualTo(kind);
    assertThat(failure.status()).contains(status);
    assertThat(failure.requestId()).contains("r-1");
    String text = body.startsWith("{") ? body.substring(10, body.length() - 2) : body;
    assertThat(failure).hasMessageContaining(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"<html>hello</html>", "{\"status\":", "[]", "\"running\"", "", "{} {}"})
  void callsAnAnswerThatIsNoneByItsName(String body) {
    server.answers(body);

    ApiException failure = failure(() -> api.status(ID));

    assertThat(failure.kind()).isEqualTo(ErrorKind.BAD_ANSWER);
    assertThat(failure).hasMessageStartingWith("cannot get the status of " + ID);
  }

  @Test
  void keepsTokenAndKeyOutOfTheWireLog() {
    server.answers("{\"success\":true,\"ssh_host\":\"h\",\"ssh_private_key\":\"PRIVATE\"}");

    api.access(ID, 22);

    assertThat(debug).anyMatch(line -> line.startsWith("> POST http://127.0.0.1:"));
    assertThat(debug).anyMatch(line -> line.startsWith("< 200 "));
    assertThat(String.join("\n", debug)).doesNotContain(TOKEN).doesNotContain("PRIVATE");
  }

  @Test
  void breaksOffWhenCancelled() throws InterruptedException {
    server.staysSilent();
    Thread caller = Thread.currentThread();
    Thread interrupter =
        new Thread(
            () -> {
              while (server.requests().isEmpty()) {
                Thread.onSpinWait();
              }
              caller.interrupt();
              api.cancel();
            });
    interrupter.start();

    assertThatThrownBy(() -> api.status(ID)).isInstanceOf(InterruptedWaitException.class);

    assertThat(Thread.interrupted()).isTrue();
    interrupter.join();
  }

  @Test
  void aFileThatChangesWhileItIsSentIsNoMatterOfTheNetwork(@TempDir Path dir) throws IOException {
    Path file = Files.write(dir.resolve("f"), new byte[200_000]);
    for (int i = 0; i < 4; i++) {
      server.answers("{\"file_id\":\"f1\"}");
    }

    assertThatThrownBy(() -> api.upload(file, sent -> resize(file, 1)))
        .hasMessage(file + " was changed while it was sent")
        .isInstanceOfSatisfying(
            CliException.class, failure -> assertThat(failure.kind()).isEqualTo(ErrorKind.FILE));
    assertThatThrownBy(() -> api.upload(file, sent -> resize(file, 300_000)))
        .hasMessage(file + " was changed while it was sent");
    Files.delete(file);
    assertThatThrownBy(() -> api.upload(file)).hasMessage("cannot read " + file + ": it is gone");
    assertThat(sleeper.pauses()).isEmpty();
  }

  private static void resize(Path file, int size) {
    try {
      Files.write(file, new byte[size]);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
