package run.mags.local;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import run.mags.local.proxy.Destination;
import run.mags.local.proxy.Link;
import run.mags.local.proxy.Refusal;
import run.mags.local.proxy.UrlProxy;

/**
 * A port of a job's sandbox. Sandboxes share the host's network, so what listens inside listens
 * here.
 *
 * @param job the job
 * @param port the port
 * @param proxy whose own ports lead nowhere: a request would go round in circles
 */
record SandboxPort(LocalJob job, int port, UrlProxy proxy) implements Destination {
  /** How long after a sandbox has come up what runs in it may take until it listens. */
  private static final Duration STARTUP = Duration.ofSeconds(10);

  private static final int CONNECT_MS = 5_000;
  private static final long LOOK_AGAIN_MS = 25;

  /** Servers that listen on "localhost" may have taken either. */
  private static final List<String> ADDRESSES = List.of("127.0.0.1", "::1");

  @Override
  public Runnable enter() {
    IdleWatch.Visit visit = job.enter();
    return visit::close;
  }

  @Override
  public Link connect() throws Refusal {
    if (proxy.listensOn(port)) {
      throw new Refusal(502, "port " + port + " is one that the local backend listens on itself");
    }
    while (true) {
      awake();
      for (String address : ADDRESSES) {
        Link link = connect(address);
        if (link != null) {
          return link;
        }
      }
      if (!isStartingUp()) {
        throw new Refusal(502, "nothing listens on port " + port + " in the sandbox");
      }
      pause();
    }
  }

  private void awake() throws Refusal {
    try {
      job.awake(JobAccess.START_LIMIT);
    } catch (ApiRefusal refusal) {
      throw refusal.status() == 503
          ? new Refusal(503, "the sandbox is not awake: " + refusal.getMessage())
          : new Refusal(404, refusal.getMessage());
    }
  }

  private boolean isStartingUp() {
    Instant since = job.upSince();
    return since == null || Instant.now().isBefore(since.plus(STARTUP));
  }

  /** Null if nobody listens there. */
  private Link connect(String address) throws Refusal {
    Socket socket = new Socket();
    try {
      socket.connect(new InetSocketAddress(address, port), CONNECT_MS);
      return Link.of(socket);
    } catch (IOException e) {
      close(socket);
      if (e instanceof ConnectException || address.contains(":")) {
        return null;
      }
      throw new Refusal(502, "port " + port + " in the sandbox does not answer: " + e.getMessage());
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException neverOpen) {
      // There is nothing to close.
    }
  }

  private static void pause() throws Refusal {
    try {
      Thread.sleep(LOOK_AGAIN_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Refusal(503, "the local backend is stopping");
    }
  }
}
