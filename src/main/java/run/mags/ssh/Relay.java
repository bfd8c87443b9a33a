package run.mags.ssh;

import java.io.IOException;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.buffer.Buffer;

/**
 * Hands the messages of SSH's connection protocol (RFC 4254) on between a client and a sandbox,
 * each of which has a session with us. Numbers and windows of channels are those of the two ends,
 * so that nothing is kept here and each end goes at the pace of the other. Only what leads into the
 * sandbox is changed ({@link RelayedRequest}), and what is not forwarded is refused.
 */
final class Relay {
  private static final int PROHIBITED = SshConstants.SSH_OPEN_ADMINISTRATIVELY_PROHIBITED;

  private final Session client;
  private final Session sandbox;

  Relay(Session client, Session sandbox) {
    this.client = client;
    this.sandbox = sandbox;
  }

  /** Takes a message of the client, whose code has been read; whether it was for the sandbox. */
  boolean fromClient(int code, Buffer message) throws IOException {
    switch (code) {
      case SshConstants.SSH_MSG_CHANNEL_OPEN -> open(client, sandbox, message, true);
      case SshConstants.SSH_MSG_CHANNEL_REQUEST -> request(message);
      case SshConstants.SSH_MSG_GLOBAL_REQUEST -> globalRequest(message);
      default -> {
        return passOn(code, message, sandbox);
      }
    }
    return true;
  }

  /** Takes a message of the sandbox, whose code has been read; whether it was for the client. */
  boolean fromSandbox(int code, Buffer message) throws IOException {
    if (code == SshConstants.SSH_MSG_CHANNEL_OPEN) {
      open(sandbox, client, message, false);
      return true;
    }
    return passOn(code, message, client);
  }

  /** Whether a message may be for the other side; global requests of a sandbox are not. */
  static boolean isOfChannel(int code) {
    return code >= SshConstants.SSH_MSG_CHANNEL_OPEN
        && code <= SshConstants.SSH_MSG_CHANNEL_FAILURE;
  }

  private static boolean passOn(int code, Buffer message, Session to) throws IOException {
    if (!isOfChannel(code)) {
      return false;
    }
    Buffer same = to.createBuffer((byte) code, message.available() + Integer.BYTES);
    same.putRawBytes(message.array(), message.rpos(), message.available());
    to.writePacket(same);
    return true;
  }

  /** No agent, no X11 and no Unix sockets, be they asked for or not. */
  private static void open(Session from, Session to, Buffer message, boolean byClient)
      throws IOException {
    int start = message.rpos();
    String type = message.getString();
    boolean known =
        byClient
            ? type.equals("session") || type.equals("direct-tcpip")
            : type.equals("forwarded-tcpip");
    if (known) {
      message.rpos(start);
      passOn(SshConstants.SSH_MSG_CHANNEL_OPEN, message, to);
      return;
    }
    Buffer refusal = from.createBuffer(SshConstants.SSH_MSG_CHANNEL_OPEN_FAILURE, 64);
    refusal.putUInt(message.getUInt());
    refusal.putUInt(PROHIBITED);
    refusal.putString("mags does not forward this");
    refusal.putString("");
    from.writePacket(refusal);
  }

  private void request(Buffer message) throws IOException {
    long channel = message.getUInt();
    String type = message.getString();
    boolean wantsAnswer = message.getBoolean();
    RelayedRequest asked = new RelayedRequest(type, message.getCompactData()).forSandbox();
    Buffer request =
        sandbox.createBuffer(SshConstants.SSH_MSG_CHANNEL_REQUEST, asked.rest().length + 64);
    request.putUInt(channel);
    request.putString(asked.type());
    request.putBoolean(wantsAnswer);
    request.putRawBytes(asked.rest());
    sandbox.writePacket(request);
  }

  /** Answers come in the order of the requests; ours to the sandbox are among them. */
  private void globalRequest(Buffer message) throws IOException {
    String name = message.getString();
    boolean wantsAnswer = message.getBoolean();
    String asked = name.startsWith("streamlocal-forward@") ? RelayedRequest.REFUSED : name;
    Buffer request =
        sandbox.createBuffer(SshConstants.SSH_MSG_GLOBAL_REQUEST, message.available() + 64);
    request.putString(asked);
    request.putBoolean(wantsAnswer);
    request.putRawBytes(message.array(), message.rpos(), message.available());
    if (wantsAnswer) {
      sandbox.request(request, asked, this::answered);
    } else {
      sandbox.writePacket(request);
    }
  }

  private void answered(int code, Buffer rest) {
    try {
      Buffer answer = client.createBuffer((byte) code, rest.available() + Integer.BYTES);
      answer.putRawBytes(rest.array(), rest.rpos(), rest.available());
      client.writePacket(answer);
    } catch (IOException clientGone) {
      // Its own session finds out.
    }
  }
}
