package run.mags.ssh;

import java.time.Duration;

/** A point in time that several steps have to be done by. */
final class Limit {
  private static final int SLACK_MILLIS = 50;

  private final Duration allowed;
  private final long start = System.nanoTime();

  /** The point {@code allowed} from now. */
  Limit(Duration allowed) {
    this.allowed = allowed;
  }

  /** This point, or one that is {@code longest} from now if that is earlier. */
  Limit atMost(Duration longest) {
    return nanosLeft() > longest.toNanos() ? new Limit(longest) : this;
  }

  /** Whether the point has passed. */
  boolean passed() {
    return nanosLeft() <= 0;
  }

  /** Milliseconds left: at least 1, so that it can be waited for, and at most 24 days. */
  int millisLeft() {
    return (int) Math.max(1, Math.min(nanosLeft() / 1_000_000, Integer.MAX_VALUE));
  }

  /**
   * The time that was allowed in all, such as {@code 5 s} or {@code 250 ms}. What misses a second
   * by a few ms was that second before something else took its part.
   */
  @Override
  public String toString() {
    long millis = allowed.toMillis();
    boolean whole = (millis + SLACK_MILLIS) % 1000 <= SLACK_MILLIS && millis >= 1000 - SLACK_MILLIS;
    return whole ? (millis + SLACK_MILLIS) / 1000 + " s" : millis + " ms";
  }

  private long nanosLeft() {
    long spent = System.nanoTime() - start;
    return allowed.compareTo(Duration.ofDays(365)) > 0 ? Long.MAX_VALUE : allowed.toNanos() - spent;
  }
}
