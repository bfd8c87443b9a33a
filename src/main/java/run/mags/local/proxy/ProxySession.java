package run.mags.local.proxy;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executor;
import run.mags.local.net.Link;
import run.mags.local.proxy.Exchange.Unanswered;
import run.mags.local.proxy.HttpInput.Malformed;

/** One client's connection: a request at a time, each to where its {@code Host} leads. */
final class ProxySession {
  /** How long a client that was refused may take to read that, in ms. */
  private static final int FAREWELL_MS = 2_000;

  private final Link client;
  private final HttpInput in;
  private final UrlProxy.Router router;
  private final Executor pool;
  private final ProxyTimes times;
  private Upstream upstream;
  private Exchange last;

  ProxySession(Link client, UrlProxy.Router router, Executor pool, ProxyTimes times) {
    this.client = client;
    this.in = new HttpInput(client);
    this.router = router;
    this.pool = pool;
    this.times = times;
  }

  /** Serves the connection to its end. The link is left for the caller to close. */
  void run() throws IOException {
    boolean head = false;
    try {
      for (RequestHead request = request(); request != null; request = request()) {
        head = request.method().equals("HEAD");
        if (!answer(request)) {
          return;
        }
      }
    } catch (Refusal refusal) {
      refuse(client, refusal, head);
      drain();
    } finally {
      if (upstream != null) {
        upstream.close();
      }
    }
  }

  /** The next request; null if there is none. */
  private RequestHead request() throws IOException, Refusal {
    in.patience(Patience.silence(times.idle()));
    try {
      if (!in.awaitByte()) {
        return null;
      }
    } catch (SocketTimeoutException idle) {
      return null;
    }
    in.patience(Patience.until(times.head()));
    try {
      return RequestHead.parse(in.head());
    } catch (SocketTimeoutException slow) {
      throw new Refusal(408, "the head of the request took longer than " + times.head() + " ms");
    } catch (Malformed e) {
      throw e.asRequest();
    }
  }

  private boolean answer(RequestHead request) throws IOException, Refusal {
    Destination to = router.find(LoopbackHost.label(request.host()));
    Runnable leave = to.enter();
    try {
      boolean reused = reuse(to, request);
      try {
        return exchange(request);
      } catch (Unanswered closed) {
        if (!reused) {
          throw Exchange.closedWithoutAnswer();
        }
      }
      upstream = Upstream.connect(to, times);
      try {
        return exchange(request);
      } catch (Unanswered closed) {
        throw Exchange.closedWithoutAnswer();
      }
    } finally {
      leave.run();
    }
  }

  private boolean exchange(RequestHead request) throws IOException, Refusal, Unanswered {
    last = new Exchange(client, in, request, upstream, pool, times);
    return last.run();
  }

  /**
   * Takes the last request's connection into the sandbox again, or a new one. The sandbox's side
   * may close an idle connection just when a request is on its way, so only a request that can be
   * repeated goes on an old one.
   *
   * @return whether it is an old one
   */
  private boolean reuse(Destination to, RequestHead request) throws Refusal {
    if (upstream != null) {
      if (request.isRepeatable() && upstream.to().equals(to) && upstream.isFresh()) {
        return true;
      }
      upstream.close();
    }
    upstream = Upstream.connect(to, times);
    return false;
  }

  /** Answers with a refusal, after which the connection ends. */
  static void refuse(Link client, Refusal refusal, boolean withoutBody) throws IOException {
    byte[] text = ("mags: " + refusal.line() + "\n").getBytes(StandardCharsets.UTF_8);
    String head =
        "HTTP/1.1 "
            + refusal.status()
            + " "
            + refusal.reason()
            + "\r\nContent-Type: text/plain; charset=utf-8"
            + "\r\nX-Content-Type-Options: nosniff"
            + "\r\nCache-Control: no-store"
            + "\r\nConnection: close"
            + "\r\nContent-Length: "
            + text.length
            + "\r\n\r\n";
    byte[] bytes = head.getBytes(StandardCharsets.US_ASCII);
    client.out().write(bytes);
    if (!withoutBody) {
      client.out().write(text);
    }
    client.endOutput();
  }

  /** Closing with unread bytes would take the answer away from a client that is still sending. */
  private void drain() {
    if (last != null && !last.isSettled()) {
      return;
    }
    try {
      in.patience(Patience.until(FAREWELL_MS));
      byte[] scrap = new byte[Exchange.PIECE];
      int read = 0;
      while (read >= 0) {
        read = in.read(scrap, scrap.length);
      }
    } catch (IOException enough) {
      // The connection is closed in any case.
    }
  }
}
