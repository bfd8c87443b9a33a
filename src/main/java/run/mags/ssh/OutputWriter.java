package run.mags.ssh;

import java.io.IOException;
import java.io.OutputStream;
import java.util.function.IntConsumer;

/**
 * Writes what a command says to the local streams, on a thread of its own, so that a slow reader
 * holds up nothing but the command itself.
 */
final class OutputWriter {
  private static final int SLICE = 32 * 1024;

  private final OutputQueue queue = new OutputQueue();
  private final OutputStream out;
  private final OutputStream err;
  private final IntConsumer written;
  private final Runnable changed;
  private long arrived;
  private long done;
  private boolean discarding;
  private IOException failure;

  /**
   * A writer that has not begun.
   *
   * @param written is told of every number of bytes that were written or dropped
   * @param changed is told when everything that has arrived is written, and when writing has failed
   */
  OutputWriter(OutputStream out, OutputStream err, IntConsumer written, Runnable changed) {
    this.out = out;
    this.err = err;
    this.written = written;
    this.changed = changed;
  }

  void start() {
    Thread writer = new Thread(this::write, "ssh-output");
    writer.setDaemon(true);
    writer.start();
  }

  /** Takes a copy of these bytes. */
  void add(boolean isError, byte[] data, int offset, int count) {
    synchronized (this) {
      arrived += count;
    }
    queue.add(isError, data, offset, count);
  }

  /** How many bytes have arrived so far. */
  synchronized long arrived() {
    return arrived;
  }

  /** Whether all that has arrived is written. */
  synchronized boolean isDrained() {
    return done == arrived;
  }

  /** Why writing failed, or null; what comes after is dropped. */
  synchronized IOException failure() {
    return failure;
  }

  /** Ends the writing; what is left is dropped. */
  void end() {
    synchronized (this) {
      discarding = true;
    }
    queue.end();
  }

  private void write() {
    try {
      for (OutputQueue.Piece piece = queue.take(); piece != null; piece = queue.take()) {
        OutputStream stream = piece.isError ? err : out;
        for (int start = 0; start < piece.length; start += SLICE) {
          write(stream, piece.bytes, start, Math.min(SLICE, piece.length - start));
        }
      }
    } catch (InterruptedException nobodyInterrupts) {
      Thread.currentThread().interrupt();
    }
  }

  private void write(OutputStream stream, byte[] bytes, int offset, int count) {
    IOException failed = null;
    if (!isDiscarding()) {
      try {
        stream.write(bytes, offset, count);
        stream.flush();
      } catch (IOException cannotWrite) {
        failed = cannotWrite;
      }
    }
    boolean news;
    synchronized (this) {
      done += count;
      if (failed != null) {
        failure = failed;
        discarding = true;
      }
      news = failed != null || done == arrived;
    }
    written.accept(count);
    if (news) {
      changed.run();
    }
  }

  private synchronized boolean isDiscarding() {
    return discarding;
  }
}
