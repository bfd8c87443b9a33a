package run.mags.local.ssh;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.Channel;
import org.apache.sshd.common.channel.PtyMode;
import org.apache.sshd.common.channel.RequestHandler;
import org.apache.sshd.common.io.IoWriteFuture;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.channel.ChannelSessionFactory;

/**
 * A session channel that says how the command ended before it says that the output has ended. SSHD
 * does it the other way round, and a client that has sent its own end of input, as OpenSSH behind a
 * ControlMaster, may then close the channel in between and never learn the status.
 */
final class GateChannel extends ChannelSession {
  private static final String EXIT_SIGNAL = "exit-signal";

  private final Map<PtyMode, Integer> terminalModes = new TreeMap<>();
  private boolean terminal;
  private volatile Integer status;
  private String signal;
  private boolean told;
  private Consumer<String> signals = name -> {};

  /** Whether the client asked for a terminal. */
  synchronized boolean hasTerminal() {
    return terminal;
  }

  /** The terminal modes that the client asked for. */
  synchronized Map<PtyMode, Integer> terminalModes() {
    return new TreeMap<>(terminalModes);
  }

  /** Who takes the signals that the client sends, by name without SIG. */
  synchronized void onSignal(Consumer<String> receiver) {
    signals = receiver;
  }

  /** Tells the client at once how the command ended; its output may go on. */
  void ended(int exitStatus) {
    try {
      status = exitStatus;
      sendExitStatus(exitStatus);
    } catch (IOException disconnected) {
      // There is nobody to tell.
    }
  }

  /** Reports the end as one by this signal (name without SIG) instead of by a status. */
  synchronized void endedBySignal(String name) {
    signal = name;
  }

  @Override
  protected RequestHandler.Result handlePtyReqParsed(
      String term, int columns, int rows, int width, int height, Map<PtyMode, Integer> modes)
      throws IOException {
    synchronized (this) {
      terminal = true;
      terminalModes.putAll(modes);
    }
    return super.handlePtyReqParsed(term, columns, rows, width, height, modes);
  }

  @Override
  protected RequestHandler.Result handleSignalParsed(String name) throws IOException {
    Consumer<String> receiver;
    synchronized (this) {
      receiver = signals;
    }
    receiver.accept(name.startsWith("SIG") ? name.substring(3) : name);
    return RequestHandler.Result.ReplySuccess;
  }

  @Override
  protected void closeShell(int exitStatus, boolean immediate) throws IOException {
    status = exitStatus;
    super.closeShell(exitStatus, immediate);
  }

  @Override
  protected IoWriteFuture sendEof() throws IOException {
    if (status != null) {
      sendExitStatus(status);
    }
    return super.sendEof();
  }

  @Override
  protected synchronized void sendExitStatus(int exitStatus) throws IOException {
    if (told) {
      return;
    }
    told = true;
    if (signal == null) {
      super.sendExitStatus(exitStatus);
    } else {
      sendExitSignal();
    }
  }

  /** RFC 4254, section 6.10. */
  private void sendExitSignal() throws IOException {
    Session session = getSession();
    Buffer buffer = session.createBuffer(SshConstants.SSH_MSG_CHANNEL_REQUEST, 64);
    buffer.putUInt(getRecipient());
    buffer.putString(EXIT_SIGNAL);
    buffer.putBoolean(false);
    buffer.putString(signal);
    buffer.putBoolean(false);
    buffer.putString("");
    buffer.putString("");
    writePacket(buffer);
  }

  /** Makes these channels. */
  static final class Factory extends ChannelSessionFactory {
    @Override
    public Channel createChannel(Session session) {
      return new GateChannel();
    }
  }
}
