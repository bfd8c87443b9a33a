package run.mags.transfer;

import java.io.IOException;
import java.io.OutputStream;

/**
 * A large file, or a stream, in chunks; each has a checksum, which the script tells for what it has
 * written. It first tells those of what an earlier attempt has left, and is told how much of that
 * is right. A chunk of zeros is sent as a number, and is a hole there.
 */
abstract class ChunkFrames extends Frames {
  private final boolean verify;
  private final byte[] chunk = new byte[Chunks.SIZE];
  private final ChunkSums told = new ChunkSums();
  private ChunkSums sent;
  private boolean surveyed;
  private boolean finished;
  private boolean ended;
  private int step;
  private long offset;
  private volatile IOException unreadable;
  private volatile boolean damaged;

  ChunkFrames(boolean verify) {
    this.verify = verify;
  }

  /** Fills the chunk from {@code position} on; fewer bytes than its size are the last ones. */
  abstract int read(byte[] bytes, long position) throws IOException;

  /** The mode, and the time or {@code -}, that it gets in the end. */
  abstract String attributes();

  /** Some is there now, or was there before. */
  abstract void moved(long count, boolean before);

  static void moved(Tally tally, String name, long count, boolean before) {
    if (before) {
      tally.resumed(name, count);
    } else {
      tally.moved(name, count);
    }
  }

  long size() {
    return offset;
  }

  boolean isDamaged() {
    return damaged;
  }

  /** Why the file could not be read to its end; null if it could. */
  IOException unreadable() {
    return unreadable;
  }

  @Override
  void next() throws IOException {
    switch (step) {
      case 0 -> {
        await(() -> surveyed);
        try {
          offset = common();
        } catch (IOException failure) {
          giveUp(failure);
          return;
        }
        sent = new ChunkSums(offset);
        told.clear();
        line("keep " + offset / Chunks.MIB);
        step = 1;
      }
      case 1 -> sendChunk();
      case 2 -> {
        await(() -> finished);
        sent.end();
        damaged = verify && !told.all().equals(sent.all());
        line(damaged ? "no" : "go " + attributes());
        step = 3;
      }
      default -> {
        // That was all.
      }
    }
  }

  private void sendChunk() {
    int count;
    try {
      count = ended ? 0 : read(chunk, offset);
    } catch (IOException failure) {
      giveUp(failure);
      return;
    }
    if (count == 0) {
      line("done 0");
      step = 2;
      return;
    }
    if (verify) {
      sent.update(chunk, 0, count);
    }
    boolean zeros = count == Chunks.SIZE && isZero();
    if (zeros) {
      line("zero " + count);
    } else {
      data(chunk, count);
    }
    offset += count;
    moved(count, false);
    ended = count < Chunks.SIZE;
  }

  private boolean isZero() {
    for (byte b : chunk) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  private void giveUp(IOException failure) {
    unreadable = failure;
    line("no");
    step = 3;
  }

  /** How much of what is there already is the same here, in whole MiB. */
  private long common() throws IOException {
    ChunkSums ours = new ChunkSums();
    long position = 0;
    while (told.knows(position)) {
      int count = read(chunk, position);
      ours.update(chunk, 0, Math.min(count, told.length(position)));
      ours.end();
      if (count == 0 || !ours.sameAs(told, position)) {
        break;
      }
      int same = told.length(position) / Chunks.MIB * Chunks.MIB;
      moved(same, true);
      position += same;
      if (same < Chunks.SIZE) {
        break;
      }
    }
    return position;
  }

  /** Takes what the script says: {@code sum OFFSET LENGTH HEX}, {@code survey}, {@code written}. */
  OutputStream answers() {
    return new TreeFrames.Lines() {
      @Override
      void line(String text) {
        take(text);
      }
    };
  }

  private void take(String text) {
    boolean sum = told.take(text);
    synchronized (this) {
      surveyed |= !sum && text.equals("survey");
      finished |= !sum && text.equals("written");
    }
    answered();
  }
}
