package run.mags.keeper;

import java.io.IOException;

/** Waits for what the caller answers to a frame, one at a time. No interrupt breaks it off. */
final class Answer {
  private Link.Content received;
  private boolean gone;

  /** The answer has come. */
  synchronized void set(Link.Content answer) {
    received = answer;
    notifyAll();
  }

  /** None will come any more. */
  synchronized void give() {
    gone = true;
    notifyAll();
  }

  /**
   * Waits for it.
   *
   * @throws IOException if the caller has gone
   */
  synchronized Link.Content await() throws IOException {
    boolean interrupted = false;
    while (received == null && !gone) {
      try {
        wait();
      } catch (InterruptedException later) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (received == null) {
      throw new IOException("Broken pipe");
    }
    Link.Content answer = received;
    received = null;
    return answer;
  }
}
