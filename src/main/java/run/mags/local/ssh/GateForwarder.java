package run.mags.local.ssh;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.sshd.common.forward.DefaultForwarder;
import org.apache.sshd.common.session.ConnectionService;
import org.apache.sshd.common.util.net.SshdSocketAddress;
import run.mags.local.net.Link;
import run.mags.local.net.Reach;
import run.mags.local.sandbox.Sandbox;

/** The ports that a client has us listen on in the sandbox's network, for one SSH connection. */
final class GateForwarder extends DefaultForwarder {
  private final ConnectionService service;
  private final Supplier<Sandbox> sandboxes;
  private final GateThreads threads;
  private final GateForwarding filter = new GateForwarding();
  private final Map<Integer, Reach.Listening> listening = new HashMap<>();

  GateForwarder(ConnectionService service, Supplier<Sandbox> sandboxes, GateThreads threads) {
    super(service);
    this.service = service;
    this.sandboxes = sandboxes;
    this.threads = threads;
  }

  @Override
  public synchronized SshdSocketAddress localPortForwardingRequested(SshdSocketAddress asked)
      throws IOException {
    if (isClosing() || !filter.canListen(asked, getSession())) {
      return null;
    }
    String host = asked.getHostName().equals("localhost") ? "127.0.0.1" : asked.getHostName();
    CompletableFuture<SshdSocketAddress> entrance = new CompletableFuture<>();
    Reach.Visitors visitors =
        (link, from, fromPort) ->
            carry(link, entrance.join(), new SshdSocketAddress(from, fromPort));
    Reach.Listening bound = sandboxes.get().reach().listen(host, asked.getPort(), visitors);
    listening.put(bound.port(), bound);
    entrance.complete(new SshdSocketAddress(asked.getHostName(), bound.port()));
    return entrance.join();
  }

  private void carry(Link link, SshdSocketAddress entrance, SshdSocketAddress from) {
    OutwardChannel channel = new OutwardChannel(link, entrance, from, threads);
    try {
      service.registerChannel(channel);
      channel.open();
    } catch (IOException gone) {
      link.close();
    }
  }

  @Override
  public synchronized void localPortForwardingCancelled(SshdSocketAddress which) {
    Reach.Listening bound = listening.remove(which.getPort());
    if (bound != null) {
      bound.close();
    }
  }

  @Override
  protected void preClose() {
    synchronized (this) {
      listening.values().forEach(Reach.Listening::close);
      listening.clear();
    }
    super.preClose();
  }
}
