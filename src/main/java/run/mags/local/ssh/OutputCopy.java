package run.mags.local.ssh;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Carries one output of a command to the client, piece by piece as it comes. */
final class OutputCopy implements Runnable {
  private static final int ROUNDS = 5;
  private static final long LATE_MS = 15;
  private static final long LONGEST_NANOS = 10_000_000_000L;

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
      // When the command ends, the JDK takes what is left in the pipe and gives it out after an end
      // or a failure that a waiting reader has met meanwhile: so one is not believed at once.
      for (int ends = 0; ends < 2; ) {
        int count = read(buffer);
        if (count < 0) {
          ends++;
          continue;
        }
        sending = true;
        pieces++;
        to.write(buffer, 0, count);
        to.flush();
        sending = false;
      }
    } catch (IOException gone) {
      // The client went away.
    } finally {
      sending = false;
      done.countDown();
    }
  }

  private int read(byte[] buffer) {
    try {
      return from.read(buffer);
    } catch (IOException closed) {
      return -1;
    }
  }

  /**
   * Waits until the output has ended, or nothing came for {@code quietMs}. A client that takes its
   * time to read is waited for. On a machine so busy that this very thread is woken late, the one
   * that reads may not have had its turn either: such a time does not count as quiet, for ten
   * seconds at most.
   */
  void awaitEndOrQuiet(long quietMs) {
    long roundMs = Math.max(1, quietMs / ROUNDS);
    long deadline = System.nanoTime() + LONGEST_NANOS;
    try {
      for (int calm = 0; calm < ROUNDS; ) {
        long seen = pieces;
        long begun = System.nanoTime();
        if (done.await(roundMs, TimeUnit.MILLISECONDS)) {
          return;
        }
        long now = System.nanoTime();
        boolean late = now - begun > (roundMs + LATE_MS) * 1_000_000 && now < deadline;
        calm = sending || pieces != seen || late ? 0 : calm + 1;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
