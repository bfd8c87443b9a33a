package run.mags.local;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The thread that runs cron jobs when they are due. */
final class CronLoop implements AutoCloseable {
  /** The longest sleep: the clock may be set, and a machine that slept does not say so. */
  private static final Duration LONGEST_SLEEP = Duration.ofSeconds(30);

  private final CronJobs crons;
  private final Clock clock;
  private final Consumer<String> warnings;
  private final Thread thread;
  private final Semaphore wakes = new Semaphore(0);
  private volatile boolean closed;

  CronLoop(CronJobs crons, Clock clock, Consumer<String> warnings) {
    this.crons = crons;
    this.clock = clock;
    this.warnings = warnings;
    this.thread = new Thread(this::loop, "mags-local-cron");
    thread.setDaemon(true);
  }

  /** Starts it; does nothing if it is closed already. */
  void start() {
    crons.onChange(this::wake);
    thread.start();
  }

  private void loop() {
    try {
      while (sleep()) {
        runDue();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A defect in one round must not be the end of all schedules. */
  private void runDue() {
    try {
      crons.runDue();
    } catch (RuntimeException defect) {
      warnings.accept("a defect of the local backend: " + defect);
    }
  }

  /** Returns when it is time to look, and whether to look at all. */
  private boolean sleep() throws InterruptedException {
    Optional<Instant> next = crons.nextRunAt();
    long ms = LONGEST_SLEEP.toMillis();
    if (next.isPresent()) {
      Duration left = Duration.between(clock.instant(), next.get());
      if (left.compareTo(LONGEST_SLEEP) < 0) {
        // A millisecond more, as the part below it is cut off.
        ms = Math.max(left.toMillis() + 1, 1);
      }
    }
    if (wakes.tryAcquire(ms, TimeUnit.MILLISECONDS)) {
      wakes.drainPermits();
    }
    return !closed;
  }

  private void wake() {
    wakes.release();
  }

  /** Ends it; returns when no run is being submitted any more. */
  @Override
  public void close() {
    closed = true;
    wake();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
