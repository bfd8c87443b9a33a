package run.mags.wait;

import java.time.Duration;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Looks at something again and again until it is as wanted. The first look is made at once; pauses
 * grow from 50 ms to 2 s, so that what happens soon is seen soon and what takes long costs fewer
 * requests than one a second.
 */
public final class Poller {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  private final Sleeper sleeper;

  /** A poller on the given time. */
  public Poller(Sleeper sleeper) {
    this.sleeper = sleeper;
  }

  /** The time that this poller runs on. */
  public Sleeper sleeper() {
    return sleeper;
  }

  /** New pauses of this poller's pace. */
  public Backoff pauses() {
    return new Backoff(FIRST_PAUSE, LONGEST_PAUSE);
  }

  /**
   * Looks until {@code reached} holds. {@code fetch} may throw to end the wait, for instance when
   * what it sees can no longer become what is wanted.
   *
   * @param what what is waited for, for the message
   * @param seen puts the last look into words, for the message
   * @param hint what to do when the time runs out; may be null
   * @return what was seen when {@code reached} held
   * @throws WaitTimeoutException if {@code limit} passes first; a null limit never does
   * @throws InterruptedWaitException if this thread is interrupted
   */
  public <T> T until(
      Supplier<T> fetch,
      Predicate<T> reached,
      Duration limit,
      String what,
      Function<T, String> seen,
      String hint) {
    Deadline deadline = Deadline.in(limit, sleeper);
    Backoff pauses = pauses();
    while (true) {
      T now = fetch.get();
      if (reached.test(now)) {
        return now;
      }
      if (deadline.passed()) {
        throw new WaitTimeoutException(what, limit, seen.apply(now), hint);
      }
      pause(deadline.cap(pauses.next()));
    }
  }

  /**
   * Pauses this thread.
   *
   * @throws InterruptedWaitException if it is interrupted
   */
  public void pause(Duration pause) {
    try {
      sleeper.sleep(pause);
    } catch (InterruptedException interrupt) {
      Thread.currentThread().interrupt();
      throw new InterruptedWaitException(null);
    }
  }
}
