package run.mags.local.ssh;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

/** The threads of one gate, all daemons. What is given to them after {@link #close} is dropped. */
final class GateThreads implements AutoCloseable {
  private final ExecutorService pool;
  private final ScheduledThreadPoolExecutor timer;

  GateThreads() {
    ThreadFactory daemons =
        task -> {
          Thread thread = new Thread(task, "mags-local-ssh");
          thread.setDaemon(true);
          return thread;
        };
    ThreadPoolExecutor threads = (ThreadPoolExecutor) Executors.newCachedThreadPool(daemons);
    threads.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    pool = threads;
    timer = new ScheduledThreadPoolExecutor(1, daemons);
    timer.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
  }

  /** Does something now that may take as long as it likes. */
  void execute(Runnable action) {
    pool.execute(action);
  }

  /** Does something in {@code ms}. */
  void later(long ms, Runnable action) {
    var unused = timer.schedule(() -> pool.execute(action), ms, TimeUnit.MILLISECONDS);
  }

  /** Does something with the exit code of a process when it has ended. */
  void afterExit(Process process, IntConsumer action) {
    var unused = process.onExit().thenAcceptAsync(ended -> action.accept(ended.exitValue()), pool);
  }

  @Override
  public void close() {
    pool.shutdown();
    timer.shutdown();
  }
}
