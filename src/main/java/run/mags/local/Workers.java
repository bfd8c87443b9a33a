package run.mags.local;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * The threads of one backend, all daemons.
 *
 * @param pool for work that waits: as many threads as there is work
 * @param starters for starting sandboxes: a few at once, the rest wait in order
 * @param timer for work at a later time that takes no time
 * @param warnings what the backend has to say beside its answers, a line each
 */
record Workers(
    ExecutorService pool,
    ExecutorService starters,
    ScheduledExecutorService timer,
    Consumer<String> warnings)
    implements AutoCloseable {

  /** How many sandboxes may be starting at once. */
  private static final int STARTING_AT_ONCE =
      Math.max(2, Runtime.getRuntime().availableProcessors());

  static Workers create(Consumer<String> warnings) {
    ThreadPoolExecutor starters =
        new ThreadPoolExecutor(
            STARTING_AT_ONCE,
            STARTING_AT_ONCE,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            threads("mags-local-start"));
    starters.allowCoreThreadTimeOut(true);
    ScheduledThreadPoolExecutor timer =
        new ScheduledThreadPoolExecutor(1, threads("mags-local-timer"));
    timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    timer.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            10,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            threads("mags-local"));
    return new Workers(pool, starters, timer, warnings);
  }

  private static ThreadFactory threads(String name) {
    AtomicInteger count = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  /** Does something in the pool once an event has come; a defect in it is not lost. */
  <T> void after(CompletableFuture<T> event, Consumer<T> action) {
    CompletableFuture<Void> unused =
        event
            .thenAcceptAsync(action, pool)
            .exceptionally(
                defect -> {
                  warnings.accept("a defect of the local backend: " + defect);
                  return null;
                });
  }

  /** Does something that takes no time in {@code ms}, unless the backend is closed by then. */
  void later(long ms, Runnable action) {
    var unused = timer.schedule(action, ms, TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    starters.shutdown();
    timer.shutdown();
    pool.shutdown();
  }
}
