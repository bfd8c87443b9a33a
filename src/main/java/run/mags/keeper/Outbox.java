package run.mags.keeper;

import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Sends a call's frames on a thread of its own: the threads of the program are interrupted at
 * times, which would close the socket in their hands. What waits here is bounded, since the program
 * waits for the answer to each.
 */
final class Outbox implements Runnable {
  /** No frame: the end. */
  private static final int LAST = 0;

  private final Link link;
  private final Runnable gone;
  private final BlockingQueue<Link.Content> items = new LinkedBlockingQueue<>();

  /**
   * An outbox.
   *
   * @param gone is done when the caller takes no more
   */
  Outbox(Link link, Runnable gone) {
    this.link = link;
    this.gone = gone;
  }

  void send(int kind, byte[] bytes) {
    items.add(new Link.Content(kind, bytes));
  }

  /** Ends the thread when all is sent, and closes the link. */
  void close() {
    send(LAST, new byte[0]);
  }

  @Override
  public void run() {
    try {
      for (Link.Content next = items.take(); next.kind != LAST; next = items.take()) {
        link.send(next.kind, next.bytes);
      }
    } catch (IOException | InterruptedException callerGone) {
      gone.run();
    } finally {
      link.close();
    }
  }
}
