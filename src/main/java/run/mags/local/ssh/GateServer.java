package run.mags.local.ssh;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.apache.sshd.common.cipher.BuiltinCiphers;
import org.apache.sshd.common.compression.BuiltinCompressions;
import org.apache.sshd.common.file.nonefs.NoneFileSystemFactory;
import org.apache.sshd.common.global.KeepAliveHandler;
import org.apache.sshd.common.kex.BuiltinDHFactories;
import org.apache.sshd.common.mac.BuiltinMacs;
import org.apache.sshd.common.random.JceRandom;
import org.apache.sshd.common.session.SessionContext;
import org.apache.sshd.common.session.helpers.DefaultUnknownChannelReferenceHandler;
import org.apache.sshd.common.signature.BuiltinSignatures;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.auth.pubkey.UserAuthPublicKeyFactory;
import org.apache.sshd.server.global.CancelTcpipForwardHandler;
import org.apache.sshd.server.global.NoMoreSessionsHandler;
import org.apache.sshd.server.global.TcpipForwardHandler;
import org.apache.sshd.server.kex.DHGServer;
import org.apache.sshd.server.session.ServerSession;

/**
 * One SSH server that listens on any number of loopback ports, which can come and go while it runs;
 * {@link SshServer} alone would need a set of threads for each. It has the algorithms that every
 * client of today has and no others: looking through all of Apache SSHD's takes a cold JVM longer
 * than everything else here.
 */
final class GateServer extends SshServer {
  /** Longer than any client's patience: a limit is wanted. */
  private static final Duration PATIENCE = Duration.ofDays(3650);

  GateServer() {
    setKeyExchangeFactories(
        List.of(
            DHGServer.newFactory(BuiltinDHFactories.curve25519),
            DHGServer.newFactory(BuiltinDHFactories.curve25519_libssh),
            DHGServer.newFactory(BuiltinDHFactories.ecdhp256)));
    setSignatureFactories(List.of(BuiltinSignatures.ed25519));
    setCipherFactories(
        List.of(
            BuiltinCiphers.aes128gcm,
            BuiltinCiphers.aes256gcm,
            BuiltinCiphers.cc20p1305_openssh,
            BuiltinCiphers.aes128ctr,
            BuiltinCiphers.aes256ctr));
    setMacFactories(
        List.of(
            BuiltinMacs.hmacsha256etm,
            BuiltinMacs.hmacsha512etm,
            BuiltinMacs.hmacsha256,
            BuiltinMacs.hmacsha512));
    setCompressionFactories(List.of(BuiltinCompressions.none));
    setRandomFactory(JceRandom::new);
    setUserAuthFactories(List.of(UserAuthPublicKeyFactory.INSTANCE));
    setGlobalRequestHandlers(
        List.of(
            KeepAliveHandler.INSTANCE,
            NoMoreSessionsHandler.INSTANCE,
            TcpipForwardHandler.INSTANCE,
            CancelTcpipForwardHandler.INSTANCE));
    setFileSystemFactory(NoneFileSystemFactory.INSTANCE);
    setForwardingFilter(new GateForwarding());
    setUnknownChannelReferenceHandler(DefaultUnknownChannelReferenceHandler.INSTANCE);
    // Without it each small answer waits 40 ms for the other side's delayed acknowledgement.
    CoreModuleProperties.TCP_NODELAY.set(this, true);
    // A session may be silent for as long as it likes.
    CoreModuleProperties.IDLE_TIMEOUT.set(this, Duration.ZERO);
    CoreModuleProperties.NIO2_READ_TIMEOUT.set(this, Duration.ZERO);
    // And a client may take as long as it likes to read: after 30 s its output would be cut off.
    CoreModuleProperties.WAIT_FOR_SPACE_TIMEOUT.set(this, PATIENCE);
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
