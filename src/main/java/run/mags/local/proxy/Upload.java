package run.mags.local.proxy;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import run.mags.local.net.Link;
import run.mags.local.proxy.HttpInput.Malformed;

/**
 * A request's body on its way into the sandbox, while its answer may already come back. When the
 * sandbox does not want it any more, the rest is dropped, so that the client gets to the answer.
 */
final class Upload implements Runnable {
  /** How long a body is read on that nobody wants, in ms. */
  private static final int DROP_MS = 5_000;

  private final HttpInput client;
  private final Framing framing;
  private final Link sandbox;
  private final OutputStream out;
  private final ProxyTimes times;
  private final CompletableFuture<Boolean> taken = new CompletableFuture<>();
  private final AtomicLong moved = new AtomicLong();
  private volatile boolean dropping;
  private volatile Exception failure;

  Upload(HttpInput client, Framing framing, Link sandbox, ProxyTimes times) {
    this.client = client;
    this.framing = framing;
    this.sandbox = sandbox;
    this.out = sandbox.out();
    this.times = times;
  }

  @Override
  public void run() {
    boolean whole = false;
    try {
      client.patience(Patience.silence(times.silence()));
      copy();
      whole = true;
    } catch (IOException | Malformed e) {
      if (!dropping) {
        failure = e;
        // Half a request must not look like a whole one, nor keep anybody waiting.
        sandbox.close();
      }
    } finally {
      taken.complete(whole);
    }
  }

  private void copy() throws IOException, Malformed {
    BodySource source = new BodySource(client, framing);
    byte[] buffer = new byte[Exchange.PIECE];
    BodySink sink = new BodySink(out, framing.kind() == Framing.Kind.CHUNKED);
    for (int count = source.read(buffer); count >= 0; count = source.read(buffer)) {
      moved.addAndGet(count);
      try {
        if (!dropping) {
          sink.write(buffer, count);
        }
      } catch (IOException unwanted) {
        drop();
      }
    }
    try {
      if (!dropping) {
        sink.finish();
      }
    } catch (IOException unwanted) {
      drop();
    }
  }

  private void drop() {
    dropping = true;
    client.patience(Patience.until(DROP_MS));
  }

  /** Whether nothing of the body is read any more. */
  boolean isDone() {
    return taken.isDone();
  }

  /** Whether the sandbox has got all of it. */
  boolean isDelivered() {
    return taken.isDone() && taken.getNow(false) && !dropping;
  }

  /**
   * What the client did wrong, if it did.
   *
   * @throws Refusal if it sent something malformed
   * @throws IOException if it went away
   */
  void check() throws IOException, Refusal {
    if (failure instanceof Malformed malformed) {
      throw malformed.asRequest();
    }
    if (failure instanceof IOException gone) {
      throw gone;
    }
  }

  /** Waits for the end of the body for as long as some of it moves; whether the end was read. */
  boolean finish() {
    try {
      while (true) {
        long before = moved.get();
        try {
          return taken.get(DROP_MS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
          if (moved.get() == before) {
            return false;
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException never) {
      return false;
    }
  }
}
