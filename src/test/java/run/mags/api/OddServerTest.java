package run.mags.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import run.mags.api.model.Access;
import run.mags.api.model.Job;
import run.mags.api.model.JobRequest;
import run.mags.api.model.Json;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.testing.FakeApi;
import run.mags.testing.FakeSleeper;

/** A server that misleads, floods, drips or blabs must neither harm nor hold up its client. */
class OddServerTest {
  private static final String TOKEN = "not-a-real-token";
  private static final String ID = "11111111-2222-3333-4444-555555555555";

  private final FakeApi server = new FakeApi();
  private final FakeSleeper sleeper = new FakeSleeper();
  private final List<String> debug = new ArrayList<>();
  private final ApiOptions options =
      new ApiOptions(server.url(), TOKEN, "mags/test", sleeper, line -> {}, debug::add);
  private final MagsApiClient api = new MagsApiClient(options);

  @AfterEach
  void close() {
    api.close();
    server.close();
  }

  private static JobRequest request() {
    return new JobRequest(
        "secret", "inline", "n", null, null, null, null, null, Map.of(), List.of(), null);
  }

  private static CliException failure(ThrowingCallable call) {
    List<CliException> thrown = new ArrayList<>();
    assertThatThrownBy(call).isInstanceOfSatisfying(CliException.class, thrown::add);
    return thrown.get(0);
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void sendsNothingToAnotherServer(int status) {
    try (FakeApi other = new FakeApi()) {
      String elsewhere = "http://localhost:" + other.url().getPort() + "/x";
      server.answers(status, "", "Location", elsewhere).answers(status, "", "Location", elsewhere);

      CliException submitted = failure(() -> api.submit(request()));
      CliException looked = failure(() -> api.status(ID));

      assertThat(other.requests()).isEmpty();
      assertThat(server.requests()).hasSize(2);
      assertThat(List.of(submitted, looked))
          .allSatisfy(
              failure -> {
                assertThat(failure.kind()).isEqualTo(ErrorKind.BAD_ANSWER);
                assertThat(failure)
                    .hasMessageContaining(
                        server.url() + " redirects to http://localhost:" + other.url().getPort());
              });
    }
  }

  @Test
  void followsARedirectOfTheSameServer() {
    server
        .answers(308, "", "Location", "/api/v1/other")
        .answers(202, "{\"request_id\":\"x\"}")
        .answers(302, "", "Location", "/elsewhere")
        .answers("{\"status\":\"running\"}");

    assertThat(api.submit(request()).requestId()).isEqualTo("x");
    assertThat(api.status(ID).status()).isEqualTo("running");

    assertThat(server.requestLines()).contains("POST /api/v1/other", "GET /elsewhere");
    assertThat(server.body(1)).isEqualTo(server.body(0));
  }

  @Test
  void doesNotTurnAPostIntoAGet() {
    server.answers(302, "", "Location", "/api/v1/other");

    assertThat(failure(() -> api.submit(request())))
        .hasMessageContaining("redirects to itself with status 302, which is not followed");
  }

  @Test
  void endsALoopOfRedirects() {
    for (int i = 0; i < 30; i++) {
      server.answers(302, "", "Location", "/api/" + i);
    }

    assertThat(failure(() -> api.status(ID))).hasMessageContaining("redirects more than 5 times");
    assertThat(server.requests()).hasSize(6);
  }

  @Test
  void endsAWalkThroughPagesWithoutAnEnd() {
    server.otherwise(number -> "{\"jobs\":[{\"id\":\"" + number + "\"}]}");

    CliException failure = failure(() -> new JobPages(api, 20).forEachRemaining(job -> {}));

    assertThat(failure.kind()).isEqualTo(ErrorKind.BAD_ANSWER);
    assertThat(failure).hasMessageContaining("does not end after 20 pages");
  }

  @Test
  void passesOverJobsWithoutAnId() {
    server.otherwise(number -> "{\"jobs\":[{\"name\":\"x\"},{\"id\":\"1\"}]}");

    assertThat(api.allJobs()).extracting(Job::requestId).containsExactly("1");
    assertThat(server.requests()).hasSize(2);
  }

  @Test
  void asksForNoMoreThanTheTotal() {
    server.answers("{\"jobs\":[{\"name\":\"x\"},{\"id\":\"1\"}],\"total\":2}");

    assertThat(api.allJobs()).hasSize(1);
    assertThat(server.requests()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"jobs\":\"x\"}", "null", "", "7", "{\"message\":\"hello\"}"})
  void callsAListThatIsNoneByItsName(String body) {
    server.answers(body).answers(body);

    assertThat(failure(() -> api.jobs(1)).kind()).isEqualTo(ErrorKind.BAD_ANSWER);
    assertThat(failure(() -> api.workspaces()).kind()).isEqualTo(ErrorKind.BAD_ANSWER);
  }

  @Test
  void takesABareListAndNoneAtAll() {
    server.answers("[{\"id\":\"1\"}]").answers("{\"jobs\":null}").answers("{}");

    assertThat(api.jobs(1).jobs()).hasSize(1);
    assertThat(api.jobs(1).jobs()).isEmpty();
    assertThat(api.jobs(1).jobs()).isEmpty();
  }

  @Test
  void looksAgainAfterAnyFailureOfTheServer() {
    server.answers(500, "{\"error\":\"boom\"}").answers("{\"status\":\"running\"}");

    assertThat(api.status(ID).status()).isEqualTo("running");
    assertThat(sleeper.pauses()).hasSize(1);
  }

  private HttpTransport transport(Duration time, long bytes) {
    return new HttpTransport(
        options,
        null,
        new RetryPolicy(Clock.systemUTC(), () -> 0.5),
        new Bounds(time, time, time, bytes, bytes));
  }

  @Test
  void givesUpAnAnswerThatDrips() {
    server.drips("{\"status\":\"running\"}", 40);

    try (HttpTransport http = transport(Duration.ofMillis(200), 1000)) {
      CliException failure = failure(() -> http.json(ApiCall.get("look", "api")));

      assertThat(failure.kind()).isEqualTo(ErrorKind.UNAVAILABLE);
      assertThat(failure).hasMessageContaining("in time");
      assertThat(server.requests()).hasSize(1);
    }
  }

  @Test
  void givesUpAnAnswerThatIsTooLarge() {
    server.answers("\"" + "x".repeat(2 << 20) + "\"").answers(500, "y".repeat(2 << 20));

    try (HttpTransport http = transport(Duration.ofSeconds(20), 1 << 20)) {
      assertThat(failure(() -> http.json(ApiCall.get("look", "api"))))
          .hasMessageContaining("is larger than 1 MiB");
      assertThat(failure(() -> http.json(ApiCall.post("do it", "api"))))
          .hasMessageContaining("500");
    }
  }

  @Test
  void neverShowsTheToken() {
    String blab = "{\"error\":\"you sent\\n  Authorization: Bearer " + TOKEN + "\"}";
    server.answers(400, blab).answers("{\"success\":false," + blab.substring(1));

    assertThat(failure(() -> api.stop(ID)))
        .hasMessage("cannot stop " + ID + ": you sent Authorization: Bearer [token]");
    assertThat(failure(() -> api.access(ID, 80)).getMessage()).doesNotContain(TOKEN);
    assertThat(String.join("", debug)).doesNotContain(TOKEN);
  }

  @Test
  void shortensWhatAServerSays() {
    server.answers(400, "{\"error\":\"" + "long ".repeat(1000) + TOKEN + "\"}");

    assertThat(failure(() -> api.stop(ID)).getMessage()).hasSizeLessThan(620);
    assertThat(debug).anyMatch(line -> line.startsWith("the whole text") && line.length() > 4000);
    assertThat(String.join("", debug)).doesNotContain(TOKEN);
  }

  @ParameterizedTest
  @CsvSource({"403, mags whoami", "429, try again in 90s"})
  void advises(int status, String hint) {
    server.answers(status, "{\"error\":\"quota reached\"}", "Retry-After", "90");

    CliException failure = failure(() -> api.stop(ID));

    assertThat(failure).hasMessageContaining("quota reached");
    assertThat(failure.hint()).hasValueSatisfying(text -> assertThat(text).contains(hint));
  }

  @Test
  void refusesAUrlThatItCannotUse() {
    assertThat(
            failure(
                    () ->
                        new MagsApiClient(
                            new ApiOptions(
                                URI.create("http://127.0.0.1:99999"),
                                TOKEN,
                                "mags/test",
                                sleeper,
                                line -> {},
                                line -> {})))
                .kind())
        .isEqualTo(ErrorKind.CONFIG);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "javascript:alert(1)",
        "https://a.b/\u001b[31m",
        "https://a.b/\nhttps://c.d",
        "file:///etc/passwd",
        ""
      })
  void refusesAUrlThatIsNone(String url) {
    Access access = Access.read(Json.object().put("success", true).put("url", url).put("port", 80));
    Job job = Job.read(Json.object().put("request_id", ID));

    assertThat(failure(() -> PublicUrl.of(access, job, null, PublicUrl.DOMAIN)).kind())
        .isEqualTo(ErrorKind.BAD_ANSWER);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a/b", "evil.example/", "a.b", "..", "a b", "-", "a@b"})
  void refusesASubdomainThatIsNone(String subdomain) {
    Access access = Access.read(Json.object().put("success", true));
    Job job = Job.read(Json.object().put("request_id", ID).put("subdomain", subdomain));

    assertThat(failure(() -> PublicUrl.of(access, job, "apps.mags.run", null)).kind())
        .isEqualTo(ErrorKind.BAD_ANSWER);
  }
}
