package run.mags.local.ssh;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Carries one output of a command to the client, piece by piece as it comes. */
final class OutputCopy implements Runnable {
  private final InputStream from;
  private final OutputStream to;
  private final CountDownLatch done = new CountDownLatch(1);
  private volatile boolean sending;
  private volatile long pieces;

  OutputCopy(InputStream from, OutputStream to) {
    this.from = from;
    this.to = to;
  }

  // One thread counts; the others only look whether the number changes.
  @SuppressWarnings("NonAtomicVolatileUpdate")
  @Override
  public void run() {
    byte[] buffer = new byte[32 * 1024];
    try (from) {
      for (int count; (count = from.read(buffer)) >= 0; ) {
        sending = true;
        pieces++;
        to.write(buffer, 0, count);
        to.flush();
        sending = false;
      }
    } catch (IOException gone) {
      // The client went away, or the command's end closed the pipe under the reader.
    } finally {
      sending = false;
      done.countDown();
    }
  }

  /**
   * Waits until the output has ended, or nothing came for {@code quietMs}. A client that takes its
   * time to read is waited for.
   */
  void awaitEndOrQuiet(long quietMs) {
    try {
      long seen;
      do {
        seen = pieces;
        if (done.await(quietMs, TimeUnit.MILLISECONDS)) {
          return;
        }
      } while (sending || pieces != seen);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
