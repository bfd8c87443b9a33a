package run.mags.command.doctor;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import run.mags.wait.InterruptedWaitException;

/** Work on a thread of its own, which is left behind when it takes too long. */
final class Bounded<T> {
  private final FutureTask<T> task;
  private final long end;

  private Bounded(Callable<T> work, Duration limit) {
    this.task = new FutureTask<>(work);
    this.end = System.nanoTime() + limit.toNanos();
    Thread thread = new Thread(task, "doctor");
    thread.setDaemon(true);
    thread.start();
  }

  /** Begins it. */
  static <T> Bounded<T> begin(Duration limit, Callable<T> work) {
    return new Bounded<>(work, limit);
  }

  /**
   * What it gives; nothing when its limit, counted from its beginning, has passed.
   *
   * @throws ExecutionException what it has thrown
   */
  Optional<T> get() throws ExecutionException {
    try {
      return Optional.of(task.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS));
    } catch (TimeoutException tooLong) {
      return Optional.empty();
    } catch (InterruptedException interrupt) {
      Thread.currentThread().interrupt();
      throw new InterruptedWaitException(null);
    }
  }
}
