package run.mags.command;

import java.io.IOException;
import java.io.InputStream;

/**
 * What is typed on our terminal, as the input of a remote program. It is read even while the
 * network takes nothing, so that a session that hangs can be ended by its escape keys.
 */
final class TypedInput extends InputStream {
  /** Nobody types as much; a paste beyond it waits. */
  private static final int MOST = 4 * 1024 * 1024;

  private final InputStream keyboard;
  private final EscapeKeys keys;
  private byte[] waiting = new byte[8 * 1024];
  private int start;
  private int end;
  private boolean ended;

  /** Input that nothing is read of yet. */
  TypedInput(InputStream keyboard, EscapeKeys keys) {
    this.keyboard = keyboard;
    this.keys = keys;
  }

  /**
   * Begins to read the keyboard.
   *
   * @param hungUp is told when the keyboard is gone
   */
  void begin(Runnable hungUp) {
    Thread reader = new Thread(() -> readKeyboard(hungUp), "keyboard");
    reader.setDaemon(true);
    reader.start();
  }

  private void readKeyboard(Runnable hungUp) {
    byte[] buffer = new byte[8 * 1024];
    try {
      for (int count = keyboard.read(buffer); count >= 0; count = keyboard.read(buffer)) {
        add(keys.filter(buffer, count));
      }
    } catch (IOException gone) {
      // The same as the end: a terminal that was closed says so in either way.
    } catch (InterruptedException nobodyInterrupts) {
      Thread.currentThread().interrupt();
    }
    finish();
    hungUp.run();
  }

  private synchronized void add(byte[] typed) throws InterruptedException {
    while (end - start > MOST) {
      wait();
    }
    if (waiting.length - end < typed.length) {
      int held = end - start;
      byte[] room = new byte[Math.max(waiting.length, 2 * (held + typed.length))];
      System.arraycopy(waiting, start, room, 0, held);
      waiting = room;
      start = 0;
      end = held;
    }
    System.arraycopy(typed, 0, waiting, end, typed.length);
    end += typed.length;
    notifyAll();
  }

  private synchronized void finish() {
    ended = true;
    notifyAll();
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 255;
  }

  @Override
  public synchronized int read(byte[] bytes, int offset, int count) throws IOException {
    try {
      while (start == end && !ended) {
        wait();
      }
    } catch (InterruptedException interrupt) {
      Thread.currentThread().interrupt();
      throw new IOException(interrupt);
    }
    if (start == end) {
      return -1;
    }
    int some = Math.min(count, end - start);
    System.arraycopy(waiting, start, bytes, offset, some);
    start += some;
    notifyAll();
    return some;
  }
}
