package run.mags.ssh;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.auth.pubkey.UserAuthPublicKeyFactory;
import org.apache.sshd.client.config.hosts.HostConfigEntryResolver;
import org.apache.sshd.client.kex.DHGClient;
import org.apache.sshd.client.session.ClientConnectionServiceFactory;
import org.apache.sshd.client.session.ClientUserAuthServiceFactory;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.Service;
import org.apache.sshd.common.ServiceFactory;
import org.apache.sshd.common.channel.RequestHandler;
import org.apache.sshd.common.cipher.BuiltinCiphers;
import org.apache.sshd.common.cipher.Cipher;
import org.apache.sshd.common.compression.BuiltinCompressions;
import org.apache.sshd.common.kex.BuiltinDHFactories;
import org.apache.sshd.common.keyprovider.KeyIdentityProvider;
import org.apache.sshd.common.mac.BuiltinMacs;
import org.apache.sshd.common.random.JceRandom;
import org.apache.sshd.common.session.ConnectionService;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.helpers.DefaultUnknownChannelReferenceHandler;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.core.CoreModuleProperties;

/**
 * Apache SSHD's client with what a sandbox needs and nothing else: few algorithms, chosen for a
 * quick cold start and all of them sound; no agent, no configuration file, no key but the one
 * given. It is never started: sessions are made on {@link SocketLink}s, so that neither its
 * transport nor its timers exist.
 */
final class LeanClient extends SshClient {
  private static final long WINDOW = 2L * 1024 * 1024;
  private static final long PACKET = 32L * 1024;

  LeanClient() {
    setKeyExchangeFactories(
        List.of(
            DHGClient.newFactory(BuiltinDHFactories.curve25519),
            DHGClient.newFactory(BuiltinDHFactories.curve25519_libssh),
            DHGClient.newFactory(BuiltinDHFactories.ecdhp256)));
    setCipherFactories(ciphers());
    setMacFactories(
        List.of(
            BuiltinMacs.hmacsha256etm,
            BuiltinMacs.hmacsha512etm,
            BuiltinMacs.hmacsha256,
            BuiltinMacs.hmacsha512));
    setCompressionFactories(List.of(BuiltinCompressions.none));
    setSignatureFactories(HostKeyTypes.preferred(null));
    setRandomFactory(JceRandom::new);
    setServiceFactories(List.of(new DirectAuthFactory(), ClientConnectionServiceFactory.INSTANCE));
    setUserAuthFactories(List.of(UserAuthPublicKeyFactory.INSTANCE));
    setKeyIdentityProvider(KeyIdentityProvider.EMPTY_KEYS_PROVIDER);
    setHostConfigEntryResolver(HostConfigEntryResolver.EMPTY);
    setServerKeyVerifier((session, address, key) -> false);
    setGlobalRequestHandlers(List.of(LeanClient::ignoreHostKeyNews));
    setUnknownChannelReferenceHandler(DefaultUnknownChannelReferenceHandler.INSTANCE);
    setChannelFactories(List.of(new ForwardedChannel.Factory()));
    CoreModuleProperties.CLIENT_IDENTIFICATION.set(this, "mags");
    CoreModuleProperties.WINDOW_SIZE.set(this, WINDOW);
    CoreModuleProperties.MAX_PACKET_SIZE.set(this, PACKET);
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
                Thread timer = new Thread(work, "ssh-timer");
                timer.setDaemon(true);
                return timer;
              }));
    }
    return super.getScheduledExecutorService();
  }

  /**
   * The JVM's second compiler uses the processor's AES, and 1 GiB passes at 290 MB/s; where only
   * the first one runs (which names itself an emulated client) that is 30 MB/s, ChaCha20 60.
   */
  private static List<NamedFactory<Cipher>> ciphers() {
    boolean slowAes = System.getProperty("java.vm.info", "").contains("emulated-client");
    return List.of(
        slowAes ? BuiltinCiphers.cc20p1305_openssh : BuiltinCiphers.aes128gcm,
        slowAes ? BuiltinCiphers.aes128gcm : BuiltinCiphers.cc20p1305_openssh,
        BuiltinCiphers.aes256gcm,
        BuiltinCiphers.aes128ctr,
        BuiltinCiphers.aes256ctr);
  }

  /**
   * OpenSSH announces all its host keys after authentication; only the one that was used matters
   * here, and decoding the others costs time.
   */
  private static RequestHandler.Result ignoreHostKeyNews(
      ConnectionService service, String request, boolean wantReply, Buffer buffer) {
    return request.equals("hostkeys-00@openssh.com")
        ? RequestHandler.Result.Replied
        : RequestHandler.Result.Unsupported;
  }

  /** Authentication by {@link DirectAuth}. */
  private static final class DirectAuthFactory implements ServiceFactory {
    @Override
    public String getName() {
      return ClientUserAuthServiceFactory.INSTANCE.getName();
    }

    @Override
    public Service create(Session session) throws IOException {
      return new DirectAuth(session);
    }
  }
}
