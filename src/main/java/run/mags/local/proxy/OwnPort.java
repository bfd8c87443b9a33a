package run.mags.local.proxy;

import java.io.IOException;
import java.util.concurrent.Executor;
import run.mags.local.net.Link;
import run.mags.local.proxy.Opening.Kind;

/**
 * A port of our own for one port of a sandbox. What comes there is passed on as it is, whatever the
 * protocol.
 *
 * @param to where it leads
 * @param pool for the second direction
 * @param times for how long to wait for readers
 */
record OwnPort(Destination to, Executor pool, ProxyTimes times) {
  private static final int REFUSED_MS = 2_000;
  private static final String FOREIGN =
      "the Host header must name this machine, as http://localhost does";

  /** Serves one connection to its end. The link is left for the caller to close. */
  void serve(Link client) throws IOException {
    Runnable leave = to.enter();
    try (Link sandbox = to.connect()) {
      sandbox.writeLimit(times.write());
      pass(client, sandbox);
    } catch (Refusal refusal) {
      // Who speaks HTTP is told the reason; for others the end of the connection has to do.
      Kind kind = Opening.read(client, REFUSED_MS).kind();
      if (kind != Kind.OTHER) {
        ProxySession.refuse(client, kind == Kind.FOREIGN ? foreign() : refusal, false);
      }
    } finally {
      leave.run();
    }
  }

  /** In some protocols the server speaks first, so its bytes do not wait for the client's. */
  private void pass(Link client, Link sandbox) {
    RawRelay.First checked =
        ms -> {
          Opening opening = Opening.read(client, ms);
          if (opening.kind() == Kind.FOREIGN) {
            ProxySession.refuse(client, foreign(), false);
            throw new IOException(FOREIGN);
          }
          return opening.bytes();
        };
    RawRelay.run(client, checked, sandbox, ms -> new byte[0], pool);
  }

  private static Refusal foreign() {
    return new Refusal(403, FOREIGN);
  }
}
