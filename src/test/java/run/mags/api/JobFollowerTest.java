package run.mags.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import run.mags.testing.FakeApi;
import run.mags.testing.FakeSleeper;
import run.mags.wait.Deadline;
import run.mags.wait.Poller;

class JobFollowerTest {
  private final FakeApi server = new FakeApi();
  private final FakeSleeper sleeper = new FakeSleeper();
  private final MagsApiClient api =
      new MagsApiClient(
          new ApiOptions(server.url(), "t", "mags/test", sleeper, line -> {}, line -> {}));
  private final List<String> lines = new ArrayList<>();

  @AfterEach
  void close() {
    api.close();
    server.close();
  }

  private JobFollower.Outcome follow(int from, Duration limit) {
    return new JobFollower(api, new Poller(sleeper))
        .follow(
            "id",
            from,
            entry -> lines.add(entry.message()),
            job -> job.state().isFinal(),
            Deadline.in(limit, sleeper));
  }

  @Test
  void givesEachEntryOnceAndInOrder() {
    server.answers("{\"status\":\"running\"}").answers("{\"logs\":[]}");
    server.answers("{\"status\":\"running\"}").answers("{\"logs\":[\"a\",\"b\"]}");
    server.answers("{\"status\":\"running\"}").answers("{\"logs\":[\"a\",\"b\"]}");
    server
        .answers("{\"status\":\"completed\",\"exit_code\":7}")
        .answers("{\"logs\":[\"a\",\"b\",\"b\",\"c\"]}");

    JobFollower.Outcome outcome = follow(0, null);

    assertThat(lines).containsExactly("a", "b", "b", "c");
    assertThat(outcome.timedOut()).isFalse();
    assertThat(outcome.job().exitCode()).isEqualTo(7);
  }

  @Test
  void passesOverWhatWasSeen() {
    server.answers("{\"status\":\"stopped\"}").answers("{\"logs\":[\"a\",\"b\",\"c\"]}");

    follow(2, null);

    assertThat(lines).containsExactly("c");
  }

  @Test
  void endsAtItsDeadline() {
    for (int i = 0; i < 50; i++) {
      server.answers("{\"status\":\"running\"}").answers("{\"logs\":[]}");
    }

    JobFollower.Outcome outcome = follow(0, Duration.ofSeconds(10));

    assertThat(outcome.timedOut()).isTrue();
    assertThat(Duration.ofNanos(sleeper.nanos())).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void asksLessAndLessOften() {
    for (int i = 0; i < 100; i++) {
      server.answers("{\"status\":\"running\"}").answers("{\"logs\":[]}");
    }

    follow(0, Duration.ofMinutes(1));

    assertThat(sleeper.pauses().get(0)).isEqualTo(Duration.ofMillis(50));
    assertThat(sleeper.pauses()).hasSizeLessThan(45);
    assertThat(sleeper.pauses()).allMatch(pause -> pause.compareTo(Duration.ofSeconds(2)) <= 0);
  }
}
