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
  private final long[] done = new long[2];
  private volatile WorkdirMark mark;
  private final boolean[] broken = new boolean[2];
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

  /** From now on a sign is looked for, and is not written. */
  void expect(WorkdirMark sign) {
    mark = sign;
  }

  /** The sign that is looked for, or null. */
  WorkdirMark mark() {
    return mark;
  }

  /** Takes a copy of these bytes. */
  void add(boolean isError, byte[] data, int offset, int count) {
    if (mark == null) {
      queue(isError, data, offset, count);
    } else {
      byte[] passed = mark.pass(isError, data, offset, count);
      queue(isError, passed, 0, passed.length);
    }
  }

  /** What was held back because it could have been the beginning of a sign is none. */
  void release() {
    if (mark != null) {
      byte[] rest = mark.rest();
      queue(mark.onError(), rest, 0, rest.length);
    }
  }

  private void queue(boolean isError, byte[] data, int offset, int count) {
    if (count == 0) {
      return;
    }
    synchronized (this) {
      arrived += count;
    }
    queue.add(isError, data, offset, count);
  }

  /** How many bytes have arrived so far. */
  synchronized long arrived() {
    return arrived;
  }

  /** How many of them are written or dropped. */
  synchronized long written() {
    return done[0] + done[1];
  }

  /** How many of those of one stream are written or dropped. */
  synchronized long written(boolean isError) {
    return done[isError ? 1 : 0];
  }

  /** Whether all that has arrived is written. */
  synchronized boolean isDrained() {
    return written() == arrived;
  }

  /** Why writing to one of the streams failed first, or null; what else comes for it is dropped. */
  synchronized IOException failure() {
    return failure;
  }

  /** Ends the writing; what is left is dropped. */
  void end() {
    synchronized (this) {
      broken[0] = true;
      broken[1] = true;
    }
    queue.end();
  }

  private void write() {
    try {
      for (OutputQueue.Piece piece = queue.take(); piece != null; piece = queue.take()) {
        for (int start = 0; start < piece.length; start += SLICE) {
          write(piece, start, Math.min(SLICE, piece.length - start));
        }
      }
    } catch (InterruptedException nobodyInterrupts) {
      Thread.currentThread().interrupt();
    }
  }

  private void write(OutputQueue.Piece piece, int offset, int count) {
    IOException failed = null;
    if (!isBroken(piece.isError)) {
      OutputStream stream = piece.isError ? err : out;
      try {
        stream.write(piece.bytes, offset, count);
        stream.flush();
      } catch (IOException cannotWrite) {
        failed = cannotWrite;
      } catch (RuntimeException broken) {
        failed = new IOException(broken.getMessage(), broken);
      }
    }
    boolean news;
    synchronized (this) {
      done[piece.isError ? 1 : 0] += count;
      if (failed != null) {
        failure = failure == null ? failed : failure;
        broken[piece.isError ? 1 : 0] = true;
      }
      news = failed != null || written() == arrived;
    }
    written.accept(count);
    if (news) {
      changed.run();
    }
  }

  private synchronized boolean isBroken(boolean isError) {
    return broken[isError ? 1 : 0];
  }
}
