package run.mags.wait;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.testing.FakeSleeper;

class PollerTest {
  private final FakeSleeper sleeper = new FakeSleeper();
  private final Poller poller = new Poller(sleeper);

  @Test
  void looksAtOnceAndEndsWhenReached() {
    Iterator<String> looks = List.of("a", "b", "c").iterator();

    String seen = poller.until(looks::next, "c"::equals, Duration.ofSeconds(9), "c", s -> s, null);

    assertThat(seen).isEqualTo("c");
    assertThat(sleeper.pauses()).containsExactly(Duration.ofMillis(50), Duration.ofMillis(76));
  }

  @Test
  void saysWhatItWaitedForAndSawLast() {
    assertThatThrownBy(
            () ->
                poller.until(
                    () -> "pending",
                    "running"::equals,
                    Duration.ofSeconds(3),
                    "dev to run",
                    seen -> "its status is " + seen,
                    "look again"))
        .isInstanceOfSatisfying(
            CliException.class,
            thrown -> {
              assertThat(thrown.kind()).isEqualTo(ErrorKind.TIMEOUT);
              assertThat(thrown.hint()).contains("look again");
            })
        .hasMessage("waited 3s for dev to run; its status is pending");
    assertThat(Duration.ofNanos(sleeper.nanos())).isEqualTo(Duration.ofSeconds(3));
  }

  @ParameterizedTest
  @CsvSource({
    "300, 300ms",
    "1000, 1s",
    "1500, 1.5s",
    "5976, 6s",
    "9960, 10s",
    "60000, 60s",
    "179913, 180s"
  })
  void roundsTimesForPeople(long millis, String text) {
    assertThat(new WaitTimeoutException("x", Duration.ofMillis(millis), null, null))
        .hasMessage("waited " + text + " for x");
  }

  @Test
  void endsWhenInterrupted() {
    Thread.currentThread().interrupt();
    Poller real = new Poller(Sleeper.SYSTEM);

    assertThatThrownBy(
            () -> real.until(() -> 1, n -> false, Duration.ofSeconds(9), "x", n -> "", null))
        .isInstanceOf(InterruptedWaitException.class);

    assertThat(Thread.interrupted()).isTrue();
  }
}
