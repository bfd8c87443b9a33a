package run.mags.keeper;

import java.io.IOException;
import java.io.InputStream;

/**
 * Reads our standard input when the keeper asks, and never more than it asks for: what is left
 * belongs to whoever reads next.
 */
final class LocalReader implements Runnable {
  /** The most at once, in bytes. */
  static final int MOST = 32 * 1024;

  private final Link link;
  private final InputStream in;
  private Thread thread;
  private int asked;

  LocalReader(Link link, InputStream in) {
    this.link = link;
    this.in = in;
  }

  /** Has some bytes read, at least one unless the input is at its end. */
  synchronized void read(int most) {
    asked = Math.min(MOST, most);
    if (thread == null) {
      thread = new Thread(this, "relay-in");
      thread.setDaemon(true);
      thread.start();
    } else {
      notifyAll();
    }
  }

  private synchronized int next() throws InterruptedException {
    while (asked == 0) {
      wait();
    }
    int most = asked;
    asked = 0;
    return most;
  }

  @Override
  public void run() {
    byte[] buffer = new byte[MOST];
    try {
      while (true) {
        int most = next();
        String failure = null;
        int count = -1;
        try {
          count = in.read(buffer, 0, most);
        } catch (IOException unreadable) {
          failure = String.valueOf(unreadable.getMessage());
        }
        if (failure == null) {
          link.send(Frame.INPUT, buffer, 0, Math.max(0, count));
        } else {
          link.send(Frame.UNREADABLE, failure);
        }
      }
    } catch (IOException | InterruptedException over) {
      // The call has ended, or the keeper; whoever receives knows which.
    }
  }
}
