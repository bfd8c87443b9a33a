package run.mags.ssh;

import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * What has arrived and is not written yet, in the order of arrival over both streams. How many
 * bytes it holds is bounded by the channel's window; pieces are joined so that a bounded number of
 * bytes is a bounded amount of memory, even when they arrive one by one.
 */
final class OutputQueue {
  /** A queue longer than this gives up the order between the two streams, but not within one. */
  private static final int MANY = 1024;

  private final ArrayDeque<Piece> pieces = new ArrayDeque<>();
  private final Piece[] last = new Piece[2];
  private boolean ended;

  /** Some bytes of one stream. */
  static final class Piece {
    final boolean isError;
    byte[] bytes;
    int length;

    private Piece(boolean isError, int capacity) {
      this.isError = isError;
      this.bytes = new byte[capacity];
    }

    private void add(byte[] data, int offset, int count) {
      if (bytes.length - length < count) {
        bytes = Arrays.copyOf(bytes, Math.max(length + count, 2 * bytes.length));
      }
      System.arraycopy(data, offset, bytes, length, count);
      length += count;
    }
  }

  /** Adds a copy of these bytes. */
  synchronized void add(boolean isError, byte[] data, int offset, int count) {
    Piece tail = last[isError ? 1 : 0];
    if (tail == null || (tail != pieces.peekLast() && pieces.size() < MANY)) {
      tail = new Piece(isError, count);
      pieces.add(tail);
      last[isError ? 1 : 0] = tail;
    }
    tail.add(data, offset, count);
    notifyAll();
  }

  /** Says that nothing more comes. */
  synchronized void end() {
    ended = true;
    notifyAll();
  }

  /** The next piece; waits for one, and gives null when none comes any more. */
  synchronized Piece take() throws InterruptedException {
    while (pieces.isEmpty() && !ended) {
      wait();
    }
    Piece piece = pieces.poll();
    if (piece != null && last[piece.isError ? 1 : 0] == piece) {
      last[piece.isError ? 1 : 0] = null;
    }
    return piece;
  }
}
