package run.mags.ssh;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Watches, while a command is being ended, whether the other side is still there: it asks for signs
 * of life, and is over when none has come for {@link #LONGEST_SILENCE}. Whoever ends a command must
 * not wait as long as one who only uses it.
 */
final class Vigil {
  /** How long a connection may say nothing though it is asked. */
  static final Duration LONGEST_SILENCE = Duration.ofSeconds(5);

  /** How often it is asked and looked at. */
  static final int ROUND_MILLIS = 500;

  private final SocketLink link;
  private final long start = System.nanoTime();
  private long asked;
  private boolean begun;

  /** Begins now. */
  Vigil(SocketLink link) {
    this.link = link;
  }

  /** Asks, where it is time to; whether the silence has lasted too long. Never blocks. */
  synchronized boolean isOver() {
    long now = System.nanoTime();
    if (!begun || now - asked >= ROUND_MILLIS * 1_000_000L) {
      begun = true;
      asked = now;
      link.askForSignOfLife();
    }
    return Math.min(now - start, now - link.lastHeard()) > LONGEST_SILENCE.toNanos();
  }

  /**
   * What {@code work} comes to, which may block in a write and is done on a thread of its own; null
   * if the silence lasts too long first, and the work is left behind.
   */
  <T> T during(Callable<T> work) throws InterruptedException {
    FutureTask<T> task = new FutureTask<>(work);
    Thread thread = new Thread(task, "ssh-ending");
    thread.setDaemon(true);
    thread.start();
    while (!isOver()) {
      try {
        return task.get(ROUND_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException notYet) {
        // It is asked and looked at again.
      } catch (ExecutionException broken) {
        throw new IllegalStateException(broken.getCause());
      }
    }
    return null;
  }
}
