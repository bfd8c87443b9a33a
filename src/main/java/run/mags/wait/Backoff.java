package run.mags.wait;

import java.time.Duration;

/** Pauses that grow by half from one to the next, up to a limit. Not thread-safe. */
public final class Backoff {
  private final long limitMillis;
  private long nextMillis;

  /** Pauses that begin with {@code first} and end at {@code limit}. */
  public Backoff(Duration first, Duration limit) {
    this.nextMillis = first.toMillis();
    this.limitMillis = limit.toMillis();
  }

  /** The pause to make now. */
  public Duration next() {
    long now = nextMillis;
    nextMillis = Math.min(limitMillis, nextMillis + nextMillis / 2 + 1);
    return Duration.ofMillis(now);
  }
}
