package run.mags.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryPolicyTest {
  private static final Clock NOON =
      Clock.fixed(Instant.parse("2026-01-01T12:00:00Z"), ZoneOffset.UTC);

  private final RetryPolicy middle = new RetryPolicy(NOON, () -> 0.5);

  @ParameterizedTest
  @CsvSource({"1, 250", "2, 500", "3, 1000"})
  void pausesDouble(int triesMade, long millis) {
    assertThat(middle.pause(triesMade, null)).contains(Duration.ofMillis(millis));
  }

  @Test
  void spreadsPausesByAQuarter() {
    assertThat(new RetryPolicy(NOON, () -> 0).pause(3, null)).contains(Duration.ofMillis(750));
    assertThat(new RetryPolicy(NOON, () -> 1).pause(3, null)).contains(Duration.ofMillis(1250));
  }

  @Test
  void endsAfterFourTries() {
    assertThat(middle.pause(4, null)).isEmpty();
    assertThat(middle.pause(4, "1")).isEmpty();
  }

  @Test
  void takesSecondsOrADate() {
    assertThat(middle.pause(1, "7")).contains(Duration.ofSeconds(7));
    assertThat(middle.pause(1, "Thu, 01 Jan 2026 12:00:05 GMT")).contains(Duration.ofSeconds(5));
    assertThat(middle.pause(1, "Thu, 01 Jan 2026 11:00:00 GMT")).contains(Duration.ZERO);
  }

  @Test
  void doesNotWaitLongerThanTwentySeconds() {
    assertThat(middle.pause(1, "20")).isPresent();
    assertThat(middle.pause(1, "21")).isEmpty();
    assertThat(middle.pause(1, "Thu, 01 Jan 2026 13:00:00 GMT")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "soon", "-1", "1.5", "99999999999"})
  void passesOverWhatItCannotRead(String header) {
    assertThat(middle.pause(1, header)).contains(Duration.ofMillis(250));
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 502, 503, 504, 520, 524})
  void knowsWhatPassesByItself(int status) {
    assertThat(RetryPolicy.isTransient(status)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "500, GET, true",
    "500, POST, false",
    "502, POST, true",
    "555, GET, true",
    "501, GET, false",
    "505, GET, false",
    "404, GET, false",
    "429, GET, true"
  })
  void triesLooksAgainAtAnyFailureOfTheServer(int status, String method, boolean again) {
    assertThat(RetryPolicy.mayPass(status, method)).isEqualTo(again);
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 400, 401, 404, 409, 500, 501, 519, 525})
  void knowsWhatDoesNot(int status) {
    assertThat(RetryPolicy.isTransient(status)).isFalse();
  }
}
