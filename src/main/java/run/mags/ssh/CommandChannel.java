package run.mags.ssh;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import org.apache.sshd.client.channel.AbstractClientChannel;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.RequestHandler;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.core.CoreModuleProperties;
import run.mags.terminal.WindowSize;

/**
 * A session channel (RFC 4254, section 6) with one command. Apache SSHD's own exec channel writes
 * output on the thread that reads the network, so that a slow local reader stops everything; this
 * one hands it on and lets the other side send more when it has been written.
 */
final class CommandChannel extends AbstractClientChannel {
  /** Less than elsewhere: all of it is still shown after a Ctrl-C. */
  private static final long TERMINAL_WINDOW = 256 * 1024;

  private final byte[] command;
  private final RemoteTerminal terminal;
  private final boolean noInput;
  private final Events events;
  private final Queue<Reply> replies = new ArrayDeque<>();
  private boolean sent;
  private boolean cancelled;

  /** What happens on the channel, told on the thread that reads the network: do not block. */
  interface Events {
    /** The server has started the command, or refused to. */
    void started(boolean accepted);

    /** The server gives no terminal; the command may be running without one. */
    void terminalRefused();

    /** Bytes of standard output or error; copy them. */
    void received(boolean isError, byte[] data, int offset, int count);

    /** Both outputs are at their end. */
    void ended();

    /** The command takes no more input. */
    void inputRefused();

    /** The command has exited, with a status or by a signal. */
    void exited(int exitCode);
  }

  /** Gets the answer to a request. */
  interface Reply {
    void answered(boolean success);
  }

  /**
   * A channel that is not open yet.
   *
   * @param terminal for the command to run on, or null
   * @param noInput whether the command is to see the end of its input at once
   */
  CommandChannel(byte[] command, RemoteTerminal terminal, boolean noInput, Events events) {
    super("session");
    this.command = command;
    this.terminal = terminal;
    this.noInput = noInput;
    this.events = events;
    if (terminal != null) {
      CoreModuleProperties.WINDOW_SIZE.set(this, TERMINAL_WINDOW);
    }
  }

  /** Makes sure that the command is not sent any more; false if it was. */
  synchronized boolean cancel() {
    cancelled = true;
    return !sent;
  }

  private synchronized boolean mayBeSent() {
    sent = !cancelled;
    return sent;
  }

  @Override
  protected void doOpen() throws IOException {
    if (!mayBeSent()) {
      throw new IOException("the channel was opened too late");
    }
    if (terminal != null) {
      requestTerminal();
    }
    Buffer request = request("exec", command.length, events::started);
    request.putBytes(command);
    writePacket(request);
    if (noInput) {
      sendEof();
    }
  }

  /** RFC 4254, section 6.2. The size in pixels is not known, and 0 says so. */
  private void requestTerminal() throws IOException {
    byte[] modes = new TerminalModes(terminal.settings()).bytes();
    Buffer request =
        request("pty-req", terminal.type().length() + modes.length + 32, this::terminalGiven);
    request.putString(terminal.type());
    putSize(request, terminal.size());
    request.putBytes(modes);
    writePacket(request);
  }

  private void terminalGiven(boolean given) {
    if (!given) {
      events.terminalRefused();
    }
  }

  /** Tells the size that the terminal has now (RFC 4254, section 6.7). */
  void resize(WindowSize size) throws IOException {
    Buffer request = getSession().createBuffer(SshConstants.SSH_MSG_CHANNEL_REQUEST, 64);
    request.putUInt(getRecipient());
    request.putString("window-change");
    request.putBoolean(false);
    putSize(request, size);
    writePacket(request);
  }

  private static void putSize(Buffer buffer, WindowSize size) {
    buffer.putUInt(size.columns());
    buffer.putUInt(size.rows());
    buffer.putUInt(0);
    buffer.putUInt(0);
  }

  /** Asks the server to send a signal to the command's process group (RFC 4254, section 6.9). */
  void signal(String name, Reply reply) throws IOException {
    synchronized (replies) {
      Buffer request = request("signal", name.length(), reply);
      request.putString(name);
      writePacket(request);
    }
  }

  /**
   * Asks for an answer and nothing else. Answers come in the order of everything else that the
   * server sends, so what it had sent before it saw the question is here when the answer is.
   */
  void ping(Reply reply) throws IOException {
    synchronized (replies) {
      writePacket(request("keepalive@openssh.com", 0, reply));
    }
  }

  /** The answers carry no number: they come in the order of the requests. */
  private Buffer request(String type, int size, Reply reply) {
    synchronized (replies) {
      Buffer request =
          getSession()
              .createBuffer(SshConstants.SSH_MSG_CHANNEL_REQUEST, size + type.length() + 32);
      request.putUInt(getRecipient());
      request.putString(type);
      request.putBoolean(true);
      replies.add(reply);
      return request;
    }
  }

  @Override
  public void handleSuccess() {
    answered(true);
  }

  @Override
  public void handleFailure() {
    answered(false);
  }

  private void answered(boolean success) {
    Reply reply;
    synchronized (replies) {
      reply = replies.poll();
    }
    if (reply != null) {
      reply.answered(success);
    }
  }

  /** Waits until the command can be sent input; how many bytes, at most one packet's. */
  int awaitSpace() throws IOException, InterruptedException {
    return ChannelData.awaitSpace(this);
  }

  /** Sends input, as fast as the command takes it. */
  void sendInput(byte[] data, int offset, int count) throws IOException, InterruptedException {
    ChannelData.send(this, data, offset, count);
  }

  /** Sends the end of input. */
  void endInput() throws IOException {
    sendEof();
  }

  /** Lets the server send that much more, because so much was written. */
  void written(int count) {
    try {
      getLocalWindow().release(count);
    } catch (IOException connectionLost) {
      // The reading thread finds out, too, and with the better reason.
    }
  }

  @Override
  protected void doWriteData(byte[] data, int offset, long count) {
    events.received(false, data, offset, (int) count);
  }

  @Override
  protected void doWriteExtendedData(byte[] data, int offset, long count) {
    events.received(true, data, offset, (int) count);
  }

  @Override
  public void handleEof() throws IOException {
    super.handleEof();
    events.ended();
  }

  @Override
  protected void handleChannelRequest(String type, boolean wantReply, Buffer buffer)
      throws IOException {
    switch (type) {
      case "exit-status" -> {
        long status = buffer.getUInt();
        events.exited((int) Math.min(status, 255));
      }
      case "exit-signal" -> events.exited(SignalNumbers.exitCode(buffer.getString()));
      case "eow@openssh.com" -> events.inputRefused();
      default -> {
        super.handleChannelRequest(type, wantReply, buffer);
        return;
      }
    }
    sendResponse(buffer, type, RequestHandler.Result.ReplySuccess, wantReply);
  }
}
