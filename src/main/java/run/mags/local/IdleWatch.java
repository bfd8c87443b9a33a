package run.mags.local;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import run.mags.api.model.JobRequest;

/**
 * Watches how long a job's sandbox has been idle: nobody is in it, nobody came, and none of its
 * scripts wrote anything. A script that only waits, as {@code sleep infinity}, is idle.
 */
final class IdleWatch {
  /** The service's own time. */
  static final Duration STANDARD = Duration.ofMinutes(10);

  /** The variable of a job's environment that sets another time, in minutes. */
  static final String MINUTES = "__MAGS_IDLE_MIN";

  /** The variable of a job's environment that keeps it awake when it is {@code true}. */
  static final String KEEP_ALIVE = "__MAGS_KEEP_ALIVE";

  private final Duration standard;
  private final Workers workers;
  private final AtomicInteger visits = new AtomicInteger();
  private volatile long touchedNanos = System.nanoTime();
  private int round;

  /** A watch for a job that does not say after what time it is to sleep. */
  IdleWatch(Duration standard, Workers workers) {
    this.standard = standard;
    this.workers = workers;
  }

  /** Somebody used the sandbox just now. */
  void touch() {
    touchedNanos = System.nanoTime();
  }

  /** Somebody uses the sandbox from now on, until the answer is closed. */
  Visit enter() {
    visits.incrementAndGet();
    AtomicBoolean over = new AtomicBoolean();
    return () -> {
      if (over.compareAndSet(false, true)) {
        touch();
        visits.decrementAndGet();
      }
    };
  }

  /** Whether the job has been idle for as long as it may. */
  boolean isOver(JobRequest request) {
    return maySleep(request) && millisLeft(request) <= 0;
  }

  /**
   * Does something in the pool once the job may sleep; in place of what was to be done before. A
   * job that never sleeps is not watched.
   */
  synchronized void watch(JobRequest request, Runnable whenOver) {
    round++;
    if (maySleep(request)) {
      lookLater(round, request, whenOver);
    }
  }

  private void lookLater(int mine, JobRequest request, Runnable whenOver) {
    long ms = Math.max(millisLeft(request), 0) + 1;
    workers.later(ms, () -> workers.pool().execute(() -> look(mine, request, whenOver)));
  }

  private void look(int mine, JobRequest request, Runnable whenOver) {
    synchronized (this) {
      if (mine != round) {
        return;
      }
      if (millisLeft(request) > 0) {
        lookLater(mine, request, whenOver);
        return;
      }
    }
    whenOver.run();
  }

  private long millisLeft(JobRequest request) {
    long limit = limit(request).toMillis();
    return visits.get() > 0 ? limit : limit - (System.nanoTime() - touchedNanos) / 1_000_000;
  }

  private static boolean maySleep(JobRequest request) {
    return Boolean.TRUE.equals(request.persistent())
        && !Boolean.TRUE.equals(request.noSleep())
        && !"true".equals(request.environment().get(KEEP_ALIVE));
  }

  private Duration limit(JobRequest request) {
    String minutes = request.environment().get(MINUTES);
    return minutes == null ? standard : minutes(minutes);
  }

  /**
   * The time that {@link #MINUTES} sets.
   *
   * @throws ApiRefusal if it is no number from 0.001 to a million
   */
  static Duration minutes(String text) {
    try {
      double minutes = Double.parseDouble(text);
      if (minutes >= 0.001 && minutes <= 1_000_000) {
        return Duration.ofMillis((long) (minutes * 60_000));
      }
    } catch (NumberFormatException e) {
      // Refused below.
    }
    throw new ApiRefusal(400, MINUTES + " must be a number of minutes above 0");
  }

  /** Somebody's use of a sandbox, which does not sleep until it is over. */
  interface Visit extends AutoCloseable {
    /** Ends it; a second time does nothing. */
    @Override
    void close();
  }
}
