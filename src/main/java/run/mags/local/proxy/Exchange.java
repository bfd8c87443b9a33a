package run.mags.local.proxy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executor;
import run.mags.local.net.Link;
import run.mags.local.proxy.HttpInput.Malformed;

/** One request and its answer, both passed on piece by piece as they come. */
final class Exchange {
  /** The largest piece of a body that is passed on at once, in bytes. */
  static final int PIECE = 32 * 1024;

  /** How often a client is looked after while its answer is awaited, in ms. */
  private static final int WATCH_MS = 5_000;

  /** How long an answer is awaited for a client that sends nothing more, in ns. */
  private static final long HALF_CLOSED_NANOS = 30_000_000_000L;

  private final Link client;
  private final HttpInput clientIn;
  private final RequestHead request;
  private final Upstream upstream;
  private final Executor pool;
  private final ProxyTimes times;
  private Upload upload;

  Exchange(
      Link client,
      HttpInput clientIn,
      RequestHead request,
      Upstream upstream,
      Executor pool,
      ProxyTimes times) {
    this.client = client;
    this.clientIn = clientIn;
    this.request = request;
    this.upstream = upstream;
    this.pool = pool;
    this.times = times;
  }

  /**
   * Passes the request on and its answer back, or, after a change of protocol, bytes in both
   * directions until both ended. The upstream is closed unless it can be used again.
   *
   * @return whether the client's connection can be used again
   * @throws Unanswered if the upstream ended before any answer, and the request can be repeated
   * @throws Refusal if there is no answer, and nothing was sent to the client yet
   * @throws IOException if either side broke off later
   */
  boolean run() throws IOException, Refusal, Unanswered {
    boolean again = false;
    try {
      send();
      upstream.in().patience(new ClientWatch());
      ResponseHead response = response();
      if (response.status() == 101) {
        client.out().write(bytes(response.forwarded(request, false)));
        switchOver();
        return false;
      }
      boolean close = !request.keepsAlive();
      client.out().write(bytes(response.forwarded(request, close)));
      copy(response);
      boolean taken = upload == null || upload.finish();
      again = taken && response.keepsAlive() && (upload == null || upload.isDelivered());
      return taken && !close;
    } finally {
      if (!again) {
        upstream.close();
      }
    }
  }

  /** After a change of protocol, what was read ahead is the first of the new one. */
  private void switchOver() {
    byte[] ahead = clientIn.pending();
    byte[] answer = upstream.in().pending();
    RawRelay.run(client, ms -> ahead, upstream.link(), ms -> answer, pool);
  }

  /** Whether nothing of the client's request is on its way any more; waits for that. */
  boolean isSettled() {
    return upload == null || upload.finish();
  }

  private void send() throws IOException, Unanswered, Refusal {
    byte[] head = bytes(request.forwarded("127.0.0.1"));
    try {
      upstream.link().out().write(head);
    } catch (IOException closed) {
      throw unanswered();
    }
    if (request.framing().kind() != Framing.Kind.NONE) {
      upload = new Upload(clientIn, request.framing(), upstream.link(), times);
      pool.execute(upload);
    }
  }

  /** The final answer's head; interim ones are passed on. */
  private ResponseHead response() throws IOException, Refusal, Unanswered {
    while (true) {
      ResponseHead response = next();
      if (response.status() == 101 && request.upgrade() == null) {
        throw new Refusal(502, "the server in the sandbox changed the protocol unasked");
      }
      if (!response.isInterim()) {
        return response;
      }
      boolean awaited =
          response.status() != 100 || request.fields().members("Expect").contains("100-continue");
      if (awaited && request.minor() == 1) {
        client.out().write(bytes(response.forwarded(request, false)));
      }
    }
  }

  private ResponseHead next() throws IOException, Refusal, Unanswered {
    boolean begun = false;
    try {
      begun = upstream.in().awaitByte();
      if (begun) {
        return ResponseHead.parse(upstream.in().head(), request.method());
      }
    } catch (ClientGone gone) {
      throw gone;
    } catch (Malformed e) {
      throw new Refusal(502, "the server in the sandbox did not answer in HTTP: " + e.getMessage());
    } catch (IOException broken) {
      // As if it had been closed.
    }
    if (upload != null) {
      upload.check();
    }
    throw begun
        ? new Refusal(502, "the server in the sandbox broke off in the middle of its answer")
        : unanswered();
  }

  private Refusal unanswered() throws Unanswered {
    if (request.isRepeatable()) {
      throw new Unanswered();
    }
    return closedWithoutAnswer();
  }

  /** What a client is told whose request got no answer. */
  static Refusal closedWithoutAnswer() {
    return new Refusal(502, "the server in the sandbox closed the connection without an answer");
  }

  private void copy(ResponseHead response) throws IOException {
    BodySource source = new BodySource(upstream.in(), response.framing());
    BodySink sink = new BodySink(client.out(), response.isChunkedFor(request.minor()));
    byte[] buffer = new byte[PIECE];
    try {
      for (int count = source.read(buffer); count >= 0; count = source.read(buffer)) {
        sink.write(buffer, count);
      }
    } catch (Malformed e) {
      throw new IOException("the server in the sandbox broke its answer off", e);
    }
    if (response.framing().kind() != Framing.Kind.NONE) {
      sink.finish();
    }
  }

  private static byte[] bytes(String head) {
    return head.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** The upstream ended before any answer, as one does that was idle for long. */
  static final class Unanswered extends Exception {
    private static final long serialVersionUID = 1L;

    Unanswered() {
      super(null, null, false, false);
    }
  }

  private static final class ClientGone extends IOException {
    private static final long serialVersionUID = 1L;
  }

  /**
   * Looks, while the sandbox is silent, whether there still is a client. One that has only said
   * that it sends nothing more looks the same as one that went away.
   */
  private final class ClientWatch implements Patience {
    private long endedNanos;
    private boolean ended;

    @Override
    public int limitMs() {
      return WATCH_MS;
    }

    @Override
    public void over() throws IOException {
      if (upload != null && !upload.isDone()) {
        return;
      }
      if (!ended) {
        ended = clientIn.ended();
        endedNanos = System.nanoTime();
      } else if (System.nanoTime() - endedNanos > HALF_CLOSED_NANOS) {
        throw new ClientGone();
      }
    }
  }
}
