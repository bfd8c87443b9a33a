package run.mags.ssh;

import java.io.IOException;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.apache.sshd.common.Service;
import org.apache.sshd.common.ServiceFactory;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.cipher.BuiltinCiphers;
import org.apache.sshd.common.compression.BuiltinCompressions;
import org.apache.sshd.common.kex.BuiltinDHFactories;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.mac.BuiltinMacs;
import org.apache.sshd.common.random.JceRandom;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.helpers.DefaultUnknownChannelReferenceHandler;
import org.apache.sshd.common.signature.BuiltinSignatures;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.closeable.AbstractCloseable;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.kex.DHGServer;
import org.apache.sshd.server.session.AbstractServerSession;
import org.apache.sshd.server.session.ServerConnectionService;
import org.apache.sshd.server.session.ServerSession;

/**
 * The SSH server for the one client that has started us. It is never started itself: its session is
 * made on a {@link StreamLink}. Whoever is at the other end of our standard streams is let in
 * without a proof, as soon as there is a sandbox behind; what it says then goes there.
 */
final class RelayServer extends SshServer {
  /** What is behind the server. */
  interface Behind {
    /** Waits until the sandbox is there. */
    Relay await() throws IOException;
  }

  private final Behind behind;

  RelayServer(KeyPair hostKey, Behind behind) {
    this.behind = behind;
    setKeyPairProvider(KeyPairProvider.wrap(hostKey));
    setKeyExchangeFactories(
        List.of(
            DHGServer.newFactory(BuiltinDHFactories.curve25519),
            DHGServer.newFactory(BuiltinDHFactories.curve25519_libssh),
            DHGServer.newFactory(BuiltinDHFactories.ecdhp256)));
    setSignatureFactories(List.of(BuiltinSignatures.ed25519));
    setCipherFactories(List.of(BuiltinCiphers.aes128gcm, BuiltinCiphers.aes256gcm));
    setMacFactories(List.of(BuiltinMacs.hmacsha256etm, BuiltinMacs.hmacsha256));
    setCompressionFactories(List.of(BuiltinCompressions.none));
    setRandomFactory(JceRandom::new);
    setUserAuthFactories(List.of());
    setServiceFactories(List.of(new Authentication(), new Connection()));
    setGlobalRequestHandlers(List.of());
    setUnknownChannelReferenceHandler(DefaultUnknownChannelReferenceHandler.INSTANCE);
    CoreModuleProperties.SERVER_IDENTIFICATION.set(this, "mags");
    CoreModuleProperties.IDLE_TIMEOUT.set(this, Duration.ZERO);
    CoreModuleProperties.AUTH_TIMEOUT.set(this, Duration.ZERO);
    CoreModuleProperties.IGNORE_MESSAGE_SIZE.set(this, 0);
  }

  /** Asked for only when a packet has to wait for new keys and could wait for ever. */
  @Override
  public synchronized ScheduledExecutorService getScheduledExecutorService() {
    if (super.getScheduledExecutorService() == null) {
      setScheduledExecutorService(
          new ScheduledThreadPoolExecutor(
              1,
              work -> {
                Thread timer = new Thread(work, "ssh-relay-timer");
                timer.setDaemon(true);
                return timer;
              }));
    }
    return super.getScheduledExecutorService();
  }

  private final class Authentication implements ServiceFactory {
    @Override
    public String getName() {
      return "ssh-userauth";
    }

    @Override
    public Service create(Session session) {
      return new Welcome((ServerSession) session);
    }
  }

  /** Lets the client in, whatever it shows, once the sandbox is there. */
  private final class Welcome extends AbstractCloseable implements Service {
    private final ServerSession session;

    Welcome(ServerSession session) {
      this.session = session;
    }

    @Override
    public void start() {}

    @Override
    public void process(int code, Buffer message) throws Exception {
      if (code != SshConstants.SSH_MSG_USERAUTH_REQUEST) {
        throw new IOException("message " + code + " instead of authentication");
      }
      String user = message.getString();
      String service = message.getString();
      behind.await();
      session.signalAuthenticationSuccess(user, service, message);
    }

    @Override
    public Session getSession() {
      return session;
    }

    @Override
    public Map<String, Object> getProperties() {
      return Map.of();
    }
  }

  private final class Connection implements ServiceFactory {
    @Override
    public String getName() {
      return "ssh-connection";
    }

    @Override
    public Service create(Session session) throws IOException {
      return new HandingOn((AbstractServerSession) session, behind.await());
    }
  }

  /** What follows authentication: all of it is for the sandbox. */
  private static final class HandingOn extends ServerConnectionService {
    private final Relay relay;

    HandingOn(AbstractServerSession session, Relay relay) throws IOException {
      super(session);
      this.relay = relay;
    }

    @Override
    public void process(int code, Buffer message) throws Exception {
      if (!relay.fromClient(code, message)) {
        super.process(code, message);
      }
    }
  }
}
