package run.mags.local.proxy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import run.mags.local.net.Link;

/** Bytes between two connections, each direction until its end. */
final class RawRelay {
  private static final int CHECK_MS = 30_000;

  /** How long one direction may be silent after the other has ended, in ns. */
  private static final long HALF_CLOSED_NANOS = 600_000_000_000L;

  private volatile boolean halfClosed;

  private RawRelay() {}

  /**
   * Passes bytes on in both directions; returns when both have ended, with both closed.
   *
   * @param fromOne what comes first from {@code one}
   * @param fromOther what comes first from {@code other}
   */
  static void run(Link one, First fromOne, Link other, First fromOther, Executor pool) {
    RawRelay relay = new RawRelay();
    CompletableFuture<Void> back;
    try {
      back = CompletableFuture.runAsync(() -> relay.pass(other, fromOther, one), pool);
    } catch (RejectedExecutionException closing) {
      one.close();
      other.close();
      return;
    }
    relay.pass(one, fromOne, other);
    back.join();
    one.close();
    other.close();
  }

  private void pass(Link from, First first, Link to) {
    try {
      OutputStream out = to.out();
      byte[] bytes = patiently(first::read);
      out.write(bytes);
      byte[] buffer = new byte[Exchange.PIECE];
      for (int count = read(from, buffer); count >= 0; count = read(from, buffer)) {
        out.write(buffer, 0, count);
      }
      halfClosed = true;
      to.endOutput();
    } catch (IOException broken) {
      from.close();
      to.close();
    }
  }

  private int read(Link from, byte[] buffer) throws IOException {
    return patiently(
        ms -> {
          from.readLimit(ms);
          return from.in().read(buffer);
        });
  }

  /** Waits for as long as it takes, unless the other direction has ended. */
  private <T> T patiently(Wait<T> wait) throws IOException {
    long begin = System.nanoTime();
    while (true) {
      try {
        return wait.during(CHECK_MS);
      } catch (SocketTimeoutException silent) {
        if (halfClosed && System.nanoTime() - begin > HALF_CLOSED_NANOS) {
          throw silent;
        }
      }
    }
  }

  /** Where the first bytes of one direction come from. */
  interface First {
    /**
     * Waits for them for {@code ms}.
     *
     * @throws SocketTimeoutException if none came; it is asked again
     * @throws IOException if there is nothing to be passed on
     */
    byte[] read(int ms) throws IOException;
  }

  private interface Wait<T> {
    T during(int ms) throws IOException;
  }
}
