package run.mags.api;

import java.time.Duration;
import run.mags.wait.Sleeper;

/**
 * How many requests someone who follows a job may make: never more than 60 in any minute, as if
 * there was one look a second. Looks of one and of two requests in turn stay below that from the
 * first on, when looks follow one another fast; so what is free is for looks beyond those. Not
 * thread-safe.
 */
final class RequestQuota {
  private static final int MOST = 60;

  /** One is kept back for the log of a job that has just been seen to have ended. */
  private static final int FREE = MOST - 1;

  /** In the first minute, the rest of which needs all others. */
  private static final int FREE_AT_FIRST = 4;

  private static final long MINUTE = Duration.ofMinutes(1).toNanos();

  private final Sleeper sleeper;
  private final long start;

  /** When each of the last requests was made; the oldest is at {@code made % MOST}. */
  private final long[] times = new long[MOST];

  private int made;

  /** A quota whose first minute begins now. */
  RequestQuota(Sleeper sleeper) {
    this.sleeper = sleeper;
    this.start = sleeper.nanos();
  }

  /** A request is made now. */
  void take() {
    times[made % MOST] = sleeper.nanos();
    made++;
  }

  /** Whether one more look may be made of two requests. */
  boolean hasTwo() {
    long now = sleeper.nanos();
    return inLastMinute(now) + 2 <= (now - start < MINUTE ? FREE_AT_FIRST : FREE);
  }

  private int inLastMinute(long now) {
    int count = 0;
    for (int i = Math.max(0, made - MOST); i < made; i++) {
      if (now - times[i % MOST] < MINUTE) {
        count++;
      }
    }
    return count;
  }
}
