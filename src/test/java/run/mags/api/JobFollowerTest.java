package run.mags.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
    server.otherwiseByTarget(
        target -> target.endsWith("logs") ? "{\"logs\":[]}" : "{\"status\":\"running\"}");

    JobFollower.Outcome outcome = follow(0, Duration.ofSeconds(10));

    assertThat(outcome.timedOut()).isTrue();
    assertThat(Duration.ofNanos(sleeper.nanos())).isEqualTo(Duration.ofSeconds(10));
    assertThat(sleeper.pauses().get(0)).isEqualTo(Duration.ofMillis(50));
    assertThat(sleeper.pauses()).allMatch(pause -> pause.compareTo(Duration.ofSeconds(2)) <= 0);
  }

  @ParameterizedTest(name = "a line each {0} ms, ends after {1} ms")
  @CsvSource({"900,5900", "4300,31000", "1900,75000", "200000,130000"})
  void asksNoMoreThanOnceASecondAndIsSoonAware(long every, long end) {
    List<Long> times = new ArrayList<>();
    for (long at = every; at < end; at += every) {
      times.add(at);
    }
    times.add(end);
    List<Long> asked = new ArrayList<>();
    server.watchedBy(line -> asked.add(now()));
    server.otherwiseByTarget(
        target -> {
          if (!target.endsWith("logs")) {
            return now() >= end ? "{\"status\":\"completed\"}" : "{\"status\":\"running\"}";
          }
          long written = times.stream().filter(at -> at <= now()).count();
          return LongStream.range(0, written)
              .mapToObj(Long::toString)
              .collect(Collectors.joining(",", "{\"logs\":[", "]}"));
        });
    List<Long> seen = new ArrayList<>();

    new JobFollower(api, new Poller(sleeper))
        .follow(
            "id",
            0,
            entry -> seen.add(now()),
            job -> job.state().isFinal(),
            Deadline.in(null, sleeper));

    assertThat(asked)
        .allSatisfy(
            from ->
                assertThat(asked.stream().filter(at -> at >= from && at < from + 60_000))
                    .hasSizeLessThanOrEqualTo(60));
    // Every line is there, and what was late was so only in the minute of many looks.
    assertThat(seen).hasSameSizeAs(times);
    for (int i = 0; i < seen.size(); i++) {
      assertThat(seen.get(i) - times.get(i)).isBetween(0L, times.get(i) < 66_000 ? 4_000L : 2_000L);
    }
    assertThat(now() - end).isBetween(0L, 2_000L);
  }

  private long now() {
    return Duration.ofNanos(sleeper.nanos()).toMillis();
  }
}
