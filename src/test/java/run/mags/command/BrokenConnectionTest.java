package run.mags.command;

import static org.assertj.core.api.Assertions.assertThat;
import static run.mags.testing.CliResultAssert.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import run.mags.testing.FakeApi;
import run.mags.testing.FakeSleeper;
import run.mags.testing.MagsCli;
import run.mags.testing.RawServer;

/**
 * Connections that end at every point of a call: what is tried again, what is not, what is said.
 */
class BrokenConnectionTest {
  private static final String ID = "11111111-2222-3333-4444-555555555555";
  private static final String HEAD = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";

  @TempDir private Path home;
  private final FakeSleeper sleeper = new FakeSleeper();

  private MagsCli mags(URI url) {
    return new MagsCli(home)
        .env("MAGS_API_URL", url.toString())
        .env("MAGS_API_TOKEN", "not-a-real-token")
        .sleeping(sleeper);
  }

  /** What the server does after it has read a request. */
  static Stream<Arguments> afterTheRequest() {
    return Stream.of(
        Arguments.of("closes", RawServer.sending("")),
        Arguments.of("resets", RawServer.resettingAfter("")),
        Arguments.of("half a status line", RawServer.sending("HTTP/1.1 2")),
        Arguments.of("half a header", RawServer.sending(HEAD + "Content-Le")),
        Arguments.of("half a body", RawServer.sending(HEAD + "Content-Length: 99\r\n\r\n{\"reque")),
        Arguments.of(
            "reset in the body",
            RawServer.resettingAfter(HEAD + "Content-Length: 99\r\n\r\n{\"reque")),
        Arguments.of(
            "half a chunk",
            RawServer.sending(HEAD + "Transfer-Encoding: chunked\r\n\r\n63\r\n{\"reque")),
        Arguments.of("another protocol", RawServer.sending("SSH-2.0-OpenSSH_9.2\r\n")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("afterTheRequest")
  void aSubmitIsSentOnceAndTheWayToFindOutIsSaid(String what, RawServer server) {
    try (server) {
      assertThat(mags(server.url()).run("run", "-n", "build", "true"))
          .exits(125)
          .printsNothing()
          .warnsMatch("^error: cannot submit .*; whether it was done is not known$")
          .warnsMatch("^hint: look before trying again: mags list --name build$");
      assertThat(server.requestLines()).containsExactly("POST /api/v1/mags-jobs HTTP/1.1");
      assertThat(sleeper.pauses()).isEmpty();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("afterTheRequest")
  void aLookIsRepeatedFourTimesAndSaysSo(String what, RawServer server) {
    try (server) {
      assertThat(mags(server.url()).run("list"))
          .exits(1)
          .printsNothing()
          .warnsMatch("^cannot list jobs: .*; trying again$")
          .warnsMatch("^error: cannot list jobs: ");
      assertThat(server.requestLines()).hasSize(4);
      assertThat(sleeper.pauses()).hasSize(3);
    }
  }

  @Test
  void nobodyThereIsTriedAgainEvenForASubmit() {
    URI nobody = RawServer.nobody();

    assertThat(mags(nobody).run("run", "true"))
        .exits(125)
        .warnsOf("nobody answers at 127.0.0.1:" + nobody.getPort())
        .warnsMatch("^hint: check MAGS_API_URL");
    assertThat(sleeper.pauses()).hasSize(3);
  }

  @Test
  void aConnectionThatIsResetAtOnceLosesNothing() {
    try (RawServer server = RawServer.resettingAtOnce()) {
      assertThat(mags(server.url()).run("run", "true")).exits(125).printsNothing();
      assertThat(mags(server.url()).run("list")).exits(1).printsNothing();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://api.mags.invalid", "https://api.mags.invalid:8443/base"})
  void aNameThatCannotBeResolvedIsSaid(String url) {
    assertThat(mags(URI.create(url)).run("run", "true"))
        .exits(125)
        .warnsOf("the name api.mags.invalid cannot be resolved")
        .warnsOf("check the network and MAGS_API_URL; mags --local works without either");
  }

  @Test
  void aTokenThatIsRefusedInTheMiddleOfARunLeavesTheJob() {
    try (FakeApi api = new FakeApi()) {
      api.answers(202, "{\"request_id\":\"" + ID + "\"}")
          .answers("{\"status\":\"running\"}")
          .answers(401, "{\"error\":\"token expired\"}");

      assertThat(mags(api.url()).run("run", "make"))
          .exits(125)
          .warnsMatch("^error: the API refused the token: token expired$")
          .warnsOf("mags login")
          .warnsOf("mags logs -f " + ID);
      assertThat(api.requestLines()).doesNotContain("POST /api/v1/mags-jobs/" + ID + "/stop");
    }
  }

  @Test
  void aTokenThatIsRefusedWhileLogsAreFollowedEndsThem() {
    try (FakeApi api = new FakeApi()) {
      api.answers("{\"status\":\"running\"}")
          .answers("{\"logs\":[\"one\"]}")
          .otherwise(number -> "")
          .answers(401, "{\"error\":\"token expired\"}");

      assertThat(mags(api.url()).run("logs", "-f", ID))
          .exits(4)
          .prints("one\n")
          .warnsMatch("^error: the API refused the token: token expired$");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 202})
  void htmlInsteadOfAnAnswerIsSaid(int status) {
    String html = "<!doctype html><html><body>Sign in to the Wi-Fi</body></html>";
    try (FakeApi api = new FakeApi().answers(status, html)) {
      assertThat(mags(api.url()).run("run", "true"))
          .exits(125)
          .warnsMatch("^error: cannot submit .*: the answer of 127.0.0.1 is not JSON")
          .warnsMatch("^hint: .*MAGS_API_URL, or a proxy in between");
      assertThat(api.requests()).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {520, 521, 522, 523, 524, 525, 526, 530})
  void plainTextOfTheCdnIsNoAnswer(int status) {
    try (FakeApi api = new FakeApi().answers(status, "error code: " + status)) {
      assertThat(mags(api.url()).run("run", "-n", "build", "true"))
          .exits(125)
          .warnsOf("error code: " + status);
      assertThat(api.requests()).hasSize(1);
    }
  }

  @Test
  void whoAsksToSlowDownIsHeardInSecondsAndDates() {
    try (FakeApi api = new FakeApi()) {
      api.answers(429, "slow", "Retry-After", "7")
          .answers(429, "slow", "Retry-After", "Thu, 01 Jan 1970 00:00:00 GMT")
          .answers("{\"status\":\"running\"}");

      assertThat(mags(api.url()).run("status", ID)).exits(0).printsMatch("running");
      assertThat(sleeper.pauses()).extracting(pause -> pause.toSeconds()).containsExactly(7L, 0L);

      api.answers(429, "slow", "Retry-After", "Tue, 01 Jan 2999 00:00:00 GMT");
      assertThat(mags(api.url()).run("status", ID))
          .exits(1)
          .warnsOf("try again after Tue, 01 Jan 2999 00:00:00 GMT");
    }
  }
}
