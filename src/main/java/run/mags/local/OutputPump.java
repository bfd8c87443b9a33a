package run.mags.local;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Carries one output of a script into the job's log until its last writer is gone. The beginning of
 * a line appears after {@link #QUIET_MS} ms without more output.
 */
final class OutputPump implements Runnable {
  /** How long an unfinished line waits for its end, in ms. */
  static final long QUIET_MS = 300;

  private final ReadableByteChannel from;
  private final LineSplitter lines;
  private final Workers workers;
  private final Runnable onOutput;
  private final CountDownLatch done = new CountDownLatch(1);
  private long chunks;
  private boolean broken;

  OutputPump(ReadableByteChannel from, LineSplitter lines, Workers workers, Runnable onOutput) {
    this.from = from;
    this.lines = lines;
    this.workers = workers;
    this.onOutput = onOutput;
  }

  @Override
  public void run() {
    byte[] bytes = new byte[64 * 1024];
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    try (from) {
      for (int count; (count = from.read(buffer.clear())) >= 0; ) {
        onOutput.run();
        accept(bytes, count);
      }
    } catch (IOException closed) {
      // The job gave up waiting for whoever still holds the other end: what came is in the log.
    } finally {
      end();
      done.countDown();
    }
  }

  /** Waits until all output is in the log; false if that took longer than {@code ms}. */
  boolean await(long ms) throws InterruptedException {
    return done.await(ms, TimeUnit.MILLISECONDS);
  }

  /** Reads no further, whoever still writes. */
  void abandon() {
    try {
      from.close();
    } catch (IOException ignored) {
      // Nothing can be done about it, and nothing is lost: reading was over.
    }
  }

  private synchronized void accept(byte[] bytes, int count) {
    chunks++;
    toLog(() -> lines.accept(bytes, count));
    if (lines.hasPartial()) {
      long seen = chunks;
      workers.later(QUIET_MS, () -> flushIfQuiet(seen));
    }
  }

  private synchronized void flushIfQuiet(long seen) {
    if (chunks == seen) {
      toLog(lines::flushWhole);
    }
  }

  private synchronized void end() {
    chunks++;
    toLog(lines::flushAll);
  }

  /** The script must go on when its log cannot be written: its output is dropped, said once. */
  private void toLog(Writing writing) {
    try {
      writing.run();
    } catch (IOException e) {
      if (!broken) {
        broken = true;
        workers.warnings().accept("a job's log cannot be written: " + e.getMessage());
      }
    }
  }

  /** Something that writes to the log. */
  private interface Writing {
    void run() throws IOException;
  }
}
