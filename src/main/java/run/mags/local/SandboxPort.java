package run.mags.local;

import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import run.mags.local.net.Link;
import run.mags.local.net.Reach;
import run.mags.local.proxy.Destination;
import run.mags.local.proxy.Refusal;
import run.mags.local.proxy.UrlProxy;
import run.mags.local.sandbox.Sandbox;

/**
 * A port of a job's sandbox, in the network that the sandbox has.
 *
 * @param job the job
 * @param port the port
 * @param proxy whose own ports lead nowhere where a sandbox shares the host's network: a request
 *     would go round in circles
 */
record SandboxPort(LocalJob job, int port, UrlProxy proxy) implements Destination {
  /** How long after a sandbox has come up what runs in it may take until it listens. */
  private static final Duration STARTUP = Duration.ofSeconds(10);

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
    while (true) {
      Reach reach = awake().reach();
      if (reach.isHosts() && proxy.listensOn(port)) {
        throw new Refusal(502, "port " + port + " is one that the local backend listens on itself");
      }
      for (String address : ADDRESSES) {
        Link link = connect(reach, address);
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

  private Sandbox awake() throws Refusal {
    try {
      return job.awake(JobAccess.START_LIMIT);
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
  private Link connect(Reach reach, String address) throws Refusal {
    try {
      return reach.connect(address, port);
    } catch (IOException e) {
      if (e instanceof ConnectException || address.contains(":")) {
        return null;
      }
      throw new Refusal(502, "port " + port + " in the sandbox does not answer: " + e.getMessage());
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
