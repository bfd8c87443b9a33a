package run.mags.local.proxy;

import java.io.IOException;
import run.mags.local.net.Link;

/**
 * A connection into a sandbox that may serve several requests.
 *
 * @param to where it leads
 * @param link the connection
 * @param in what comes back on it
 */
record Upstream(Destination to, Link link, HttpInput in) {
  /** A new one. */
  static Upstream connect(Destination to, ProxyTimes times) throws Refusal {
    Link link = to.connect();
    link.writeLimit(times.write());
    return new Upstream(to, link, new HttpInput(link));
  }

  /** Whether it is open still and nothing came that nobody asked for. */
  boolean isFresh() {
    try {
      return in.pending().length == 0 && !in.ended() && in.pending().length == 0;
    } catch (IOException broken) {
      return false;
    }
  }

  /** Closes the connection. */
  void close() {
    link.close();
  }
}
