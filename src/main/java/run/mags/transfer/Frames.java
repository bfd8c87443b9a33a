package run.mags.transfer;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;

/**
 * Standard input of a script, made as it is asked for: lines that its {@code read} takes, and data
 * that its {@code dd} takes, each of which says its length first. So a script knows what is whole,
 * and never reads what is not meant for it.
 */
abstract class Frames extends InputStream {
  /** Reads frames up to {@code end} and writes their data to standard output. */
  static final String FEED =
      "feed() { while IFS=' ' read -r kind count; do case $kind in"
          + " data) dd bs=\"$count\" count=1 iflag=fullblock 2>/dev/null || return 1;;"
          + " end) return 0;; *) return 1;; esac; done; return 1; }\n";

  private byte[] current = new byte[0];
  private int position;
  private int limit;
  private byte[] data;
  private int dataCount;
  private boolean ended;
  private volatile boolean over;

  /**
   * Makes what comes next, by {@link #line} and {@link #data}, which may be called once each and in
   * that order; calls neither at the end of everything.
   */
  abstract void next() throws IOException;

  /** A line for the script. */
  final void line(String text) {
    current = (text + "\n").getBytes(US_ASCII);
    position = 0;
    limit = current.length;
  }

  /** A frame of data, which is used until the next one is asked for. */
  final void data(byte[] bytes, int count) {
    line("data " + count);
    data = bytes;
    dataCount = count;
  }

  /** Says that nobody reads any longer; what {@link #await} waits for does not come. */
  final synchronized void over() {
    over = true;
    notifyAll();
  }

  /** Waits for what the script answers. */
  final synchronized void await(Answered answered) throws IOException {
    try {
      while (!answered.yet()) {
        if (over) {
          throw new InterruptedIOException("the script has ended");
        }
        wait();
      }
    } catch (InterruptedException nobodyInterrupts) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }

  /** Something has been answered. */
  final synchronized void answered() {
    notifyAll();
  }

  /** Whether the answer is there. */
  interface Answered {
    boolean yet();
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int count) throws IOException {
    if (count == 0) {
      return 0;
    }
    if (position == limit && !advance()) {
      return -1;
    }
    int part = Math.min(count, limit - position);
    System.arraycopy(current, position, target, offset, part);
    position += part;
    return part;
  }

  private boolean advance() throws IOException {
    if (data != null) {
      current = data;
      limit = dataCount;
      position = 0;
      data = null;
    }
    if (position == limit && !ended) {
      current = new byte[0];
      position = 0;
      limit = 0;
      next();
      ended = limit == 0;
    }
    return position < limit;
  }
}
