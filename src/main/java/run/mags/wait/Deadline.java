package run.mags.wait;

import java.time.Duration;

/** The end of a bounded wait. */
public final class Deadline {
  private final Sleeper sleeper;
  private final long start;
  private final Duration limit;

  private Deadline(Sleeper sleeper, Duration limit) {
    this.sleeper = sleeper;
    this.start = sleeper.nanos();
    this.limit = limit;
  }

  /** The deadline {@code limit} from now; a null limit never comes. */
  public static Deadline in(Duration limit, Sleeper sleeper) {
    return new Deadline(sleeper, limit);
  }

  /** Whether it has passed. */
  public boolean passed() {
    return limit != null && left().isZero();
  }

  /** What is left, never negative; a very long time where there is no limit. */
  public Duration left() {
    if (limit == null) {
      return Duration.ofDays(365);
    }
    Duration left = limit.minus(spent());
    return left.isNegative() ? Duration.ZERO : left;
  }

  /** The time since this deadline was set. */
  public Duration spent() {
    return Duration.ofNanos(sleeper.nanos() - start);
  }

  /** The shorter of {@code pause} and what is left. */
  public Duration cap(Duration pause) {
    Duration left = left();
    return pause.compareTo(left) > 0 ? left : pause;
  }
}
