package run.mags.ssh;

import java.io.IOException;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import org.apache.sshd.client.channel.AbstractClientChannel;
import org.apache.sshd.client.session.ClientSessionImpl;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.kex.KexProposalOption;
import org.apache.sshd.common.util.buffer.Buffer;
import run.mags.error.CliException;

/** The session with one target: its host key is judged here, its key is what logs in. */
final class TargetSession extends ClientSessionImpl {
  private static final String KEEP_ALIVE = "keepalive@openssh.com";

  private final SshTarget target;
  private final HostKeyPolicy hostKeys;
  private final Trace trace;
  private final KeyPair identity;
  private volatile CliException rejection;
  private volatile RemoteForwards remoteForwards;
  private volatile Relay relay;

  TargetSession(
      LeanClient client,
      SocketLink link,
      SshTarget target,
      KeyPair identity,
      HostKeyPolicy hostKeys,
      Trace trace)
      throws Exception {
    super(client, link);
    this.target = target;
    this.hostKeys = hostKeys;
    this.trace = trace;
    this.identity = identity;
    setUsername(target.user());
    setConnectAddress(link.getRemoteAddress());
    String knownType = hostKeys.knownType(target.pinName());
    if (knownType != null) {
      setSignatureFactories(HostKeyTypes.preferred(knownType));
    }
    setServerKeyVerifier((session, address, key) -> judge(HostKey.of(key)));
  }

  /** How far the server has come. */
  enum Progress {
    /** It has not said that it speaks SSH. */
    SILENT,
    /** It has, but no keys are agreed on. */
    GREETED,
    /** Messages are encrypted. */
    ENCRYPTED
  }

  Progress progress() {
    if (getServerVersion() == null) {
      return Progress.SILENT;
    }
    return initialKexDone ? Progress.ENCRYPTED : Progress.GREETED;
  }

  /** Sends a question that every server answers, if only to say that it does not know it. */
  void sendSignOfLife() throws IOException {
    Buffer question = createBuffer(SshConstants.SSH_MSG_GLOBAL_REQUEST, 32);
    question.putString(KEEP_ALIVE);
    question.putBoolean(true);
    request(question, KEEP_ALIVE, (answer, rest) -> {});
  }

  private boolean judge(HostKey shown) {
    if (trace.isOn()) {
      trace.step(
          "server "
              + getServerVersion()
              + ", key exchange "
              + getNegotiatedKexParameter(KexProposalOption.ALGORITHMS)
              + ", cipher "
              + getNegotiatedKexParameter(KexProposalOption.S2CENC)
              + ", host key "
              + shown);
    }
    try {
      String found = hostKeys.check(target, shown);
      trace.step("host key: " + found);
      return true;
    } catch (CliException refused) {
      rejection = refused;
      return false;
    }
  }

  /** Why this side ended the session over the host key, or null. */
  CliException rejection() {
    return rejection;
  }

  /** The key to log in with. */
  KeyPair identity() {
    return identity;
  }

  /** What was tried to log in and what the server offers, in a few words. */
  String authenticationTried() {
    List<String> offered = getUserAuthService().offered();
    return "tried publickey with "
        + HostKey.of(identity.getPublic())
        + (offered.isEmpty() ? "" : "; the server offers " + String.join(", ", offered));
  }

  /** Gives a channel its number. */
  void register(AbstractClientChannel channel) throws IOException {
    getConnectionService().registerChannel(channel);
  }

  /** Who answers for connections that the other side brings; none are taken before. */
  void accept(RemoteForwards forwards) {
    remoteForwards = forwards;
  }

  /** The same, or null. */
  RemoteForwards remoteForwards() {
    return remoteForwards;
  }

  /**
   * Asks the server to listen (RFC 4254, section 7.1).
   *
   * @return the port
   * @throws IOException if it refuses, or does not answer in time
   */
  int requestForward(String bind, int port, Duration timeout) throws IOException {
    Buffer question = createBuffer(SshConstants.SSH_MSG_GLOBAL_REQUEST, 64);
    question.putString("tcpip-forward");
    question.putBoolean(true);
    question.putString(bind);
    question.putUInt(port);
    Buffer answer = request("tcpip-forward", question, timeout.toMillis());
    if (answer == null) {
      throw new IOException("the server refuses");
    }
    return port == 0 ? answer.getInt() : port;
  }

  /** Hands what the server says on channels on to a client of its own. */
  void handTo(Relay other) {
    relay = other;
  }

  @Override
  protected void doHandleMessage(Buffer message) throws Exception {
    Relay to = relay;
    if (to != null && Relay.isOfChannel(message.rawByte(message.rpos()) & 0xFF)) {
      to.fromSandbox(message.getUByte(), message);
    } else {
      super.doHandleMessage(message);
    }
  }

  @Override
  protected DirectAuth getUserAuthService() {
    return (DirectAuth) super.getUserAuthService();
  }
}
