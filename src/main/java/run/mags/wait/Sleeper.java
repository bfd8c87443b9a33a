package run.mags.wait;

import java.time.Duration;

/** Time as this program sees it: a pause and a monotonic clock. Tests put their own in. */
public interface Sleeper {
  /** The real one. */
  Sleeper SYSTEM =
      new Sleeper() {
        @Override
        public void sleep(Duration pause) throws InterruptedException {
          Thread.sleep(pause.toMillis());
        }

        @Override
        public long nanos() {
          return System.nanoTime();
        }
      };

  /**
   * Pauses this thread.
   *
   * @throws InterruptedException if the thread is interrupted meanwhile
   */
  void sleep(Duration pause) throws InterruptedException;

  /** A monotonic time in ns; only differences mean something. */
  long nanos();
}
