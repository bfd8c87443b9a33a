package run.mags.keeper;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Writes to one of our streams, which may block, and tells the keeper when that is done. Its thread
 * is there from the first write on.
 */
final class LocalWriter implements Runnable {
  private final String name;
  private final Link link;
  private final int answer;
  private final OutputStream stream;
  private boolean used;
  private byte[] waiting;

  LocalWriter(String name, Link link, int answer, OutputStream stream) {
    this.name = name;
    this.link = link;
    this.answer = answer;
    this.stream = stream;
  }

  /** Whether anything was to be written yet. */
  synchronized boolean isUsed() {
    return used;
  }

  /** Has bytes written; the keeper sends more only when it has the answer. */
  synchronized void write(byte[] bytes) {
    waiting = bytes;
    if (used) {
      notifyAll();
    } else {
      used = true;
      Thread thread = new Thread(this, name);
      thread.setDaemon(true);
      thread.start();
    }
  }

  private synchronized byte[] next() throws InterruptedException {
    while (waiting == null) {
      wait();
    }
    byte[] bytes = waiting;
    waiting = null;
    return bytes;
  }

  @Override
  public void run() {
    try {
      while (true) {
        byte[] bytes = next();
        String failure = "";
        try {
          stream.write(bytes, 0, bytes.length);
        } catch (IOException unwritable) {
          failure = String.valueOf(unwritable.getMessage());
        }
        link.send(answer, failure);
      }
    } catch (IOException | InterruptedException over) {
      // The call has ended, or the keeper; whoever receives knows which.
    }
  }
}
