package run.mags.local.proxy;

import java.io.IOException;
import java.net.SocketTimeoutException;

/** How long a reader waits for the next bytes, and what happens when they do not come. */
interface Patience {
  /** How long to wait for the next bytes, in ms, at least 1. */
  int limitMs() throws IOException;

  /** They did not come in that time. Throws, or else the reader waits again. */
  void over() throws IOException;

  /** Gives up when nothing comes for {@code ms}. */
  static Patience silence(int ms) {
    return new Patience() {
      @Override
      public int limitMs() {
        return ms;
      }

      @Override
      public void over() throws IOException {
        throw new SocketTimeoutException("nothing came for " + ms + " ms");
      }
    };
  }

  /** Gives up {@code ms} from now, whatever comes until then. */
  static Patience until(int ms) {
    long deadline = System.nanoTime() + ms * 1_000_000L;
    return new Patience() {
      @Override
      public int limitMs() throws IOException {
        long left = (deadline - System.nanoTime()) / 1_000_000;
        if (left < 1) {
          over();
        }
        return (int) left;
      }

      @Override
      public void over() throws IOException {
        throw new SocketTimeoutException("it took longer than " + ms + " ms");
      }
    };
  }
}
