package run.mags.local.ssh;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;

/**
 * The threads of one gate, all daemons.
 *
 * @param pool for streams: as many threads as there are
 * @param timer for work at a later time
 */
record GateThreads(ExecutorService pool, ScheduledExecutorService timer) implements AutoCloseable {
  @Override
  public void close() {
    pool.shutdown();
    timer.shutdown();
  }
}
