package run.mags.local.ssh;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.apache.sshd.common.session.SessionContext;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.ServerBuilder;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.auth.pubkey.UserAuthPublicKeyFactory;
import org.apache.sshd.server.forward.DirectTcpipFactory;
import org.apache.sshd.server.session.ServerSession;

/**
 * One SSH server that listens on any number of loopback ports, which can come and go while it runs;
 * {@link SshServer} alone would need a set of threads for each.
 */
final class GateServer extends SshServer {
  /** A server that listens nowhere yet. */
  static GateServer create() {
    GateServer server = (GateServer) new ServerBuilder().factory(GateServer::new).build(true);
    server.setUserAuthFactories(List.of(UserAuthPublicKeyFactory.INSTANCE));
    server.setChannelFactories(List.of(new GateChannel.Factory(), DirectTcpipFactory.INSTANCE));
    server.setForwardingFilter(new GateForwarding());
    // Without it each small answer waits 40 ms for the other side's delayed acknowledgement.
    CoreModuleProperties.TCP_NODELAY.set(server, true);
    // A session may be silent for as long as it likes.
    CoreModuleProperties.IDLE_TIMEOUT.set(server, Duration.ZERO);
    CoreModuleProperties.NIO2_READ_TIMEOUT.set(server, Duration.ZERO);
    return server;
  }

  /** Gets ready to listen. */
  void begin() {
    checkConfig();
    setSessionFactory(createSessionFactory());
    acceptor = createAcceptor();
  }

  /** Listens on one more loopback port; 0 takes a free one. Returns the port. */
  int listen(int port) throws IOException {
    Set<SocketAddress> before = Set.copyOf(acceptor.getBoundAddresses());
    acceptor.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    for (SocketAddress address : acceptor.getBoundAddresses()) {
      if (!before.contains(address)) {
        return ((InetSocketAddress) address).getPort();
      }
    }
    throw new IOException("no port was bound");
  }

  /** Listens on a port no more and cuts its sessions off. */
  void leave(int port) {
    acceptor.unbind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    for (var session : getActiveSessions()) {
      if (portOf(session) == port) {
        session.close(true);
      }
    }
  }

  /** The port on which a session came in, or -1. */
  static int portOf(SessionContext session) {
    return session instanceof ServerSession server
            && server.getIoSession().getAcceptanceAddress() instanceof InetSocketAddress address
        ? address.getPort()
        : -1;
  }
}
