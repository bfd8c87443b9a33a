package run.mags.local.ssh;

import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.sshd.client.future.DefaultOpenFuture;
import org.apache.sshd.client.future.OpenFuture;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.Channel;
import org.apache.sshd.common.channel.ChannelFactory;
import org.apache.sshd.common.channel.exception.SshChannelOpenException;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.server.channel.AbstractServerChannel;
import org.apache.sshd.server.session.ServerSession;
import run.mags.local.net.Link;
import run.mags.local.sandbox.Sandbox;

/**
 * A connection that the client asks for, made in the sandbox's network (RFC 4254, section 7.2): of
 * local and of dynamic forwarding.
 */
final class InwardChannel extends AbstractServerChannel {
  private static final String TYPE = "direct-tcpip";

  private final Supplier<Sandbox> sandboxes;
  private final GateThreads threads;
  private LinkPump pump;

  private InwardChannel(Supplier<Sandbox> sandboxes, GateThreads threads) {
    super(TYPE, List.of(), null);
    this.sandboxes = sandboxes;
    this.threads = threads;
  }

  /**
   * Makes these channels.
   *
   * @param sandboxes the sandbox behind a session, woken when it is asked for
   * @param threads where connections are made
   */
  record Factory(Function<ServerSession, Supplier<Sandbox>> sandboxes, GateThreads threads)
      implements ChannelFactory {
    @Override
    public String getName() {
      return TYPE;
    }

    @Override
    public Channel createChannel(Session session) {
      return new InwardChannel(sandboxes.apply((ServerSession) session), threads);
    }
  }

  /** Connects on a thread of its own: this one serves all channels of the connection. */
  @Override
  protected OpenFuture doInit(Buffer buffer) {
    OpenFuture future = new DefaultOpenFuture(this, futureLock);
    String host = buffer.getString();
    int port = buffer.getInt();
    pump = new LinkPump(this, this::sendEof, threads);
    threads.execute(() -> connect(host, port, future));
    return future;
  }

  private void connect(String host, int port, OpenFuture future) {
    try {
      Link link = sandboxes.get().reach().connect(host, port);
      signalChannelOpenSuccess();
      future.setOpened();
      notifyStateChanged("connected");
      pump.start(link);
    } catch (IOException | RuntimeException e) {
      signalChannelOpenFailure(e);
      future.setException(
          new SshChannelOpenException(
              getChannelId(), SshConstants.SSH_OPEN_CONNECT_FAILED, e.getMessage(), e));
      close(true);
    }
  }

  @Override
  protected void doWriteData(byte[] data, int offset, long count) throws IOException {
    pump.take(data, offset, (int) count);
  }

  /** There is only one stream; what claims to belong to another is dropped. */
  @Override
  protected void doWriteExtendedData(byte[] data, int offset, long count) throws IOException {
    getLocalWindow().release(count);
  }

  @Override
  public void handleEof() throws IOException {
    super.handleEof();
    pump.endOfInput();
  }

  @Override
  public void handleWindowAdjust(Buffer buffer) throws IOException {
    super.handleWindowAdjust(buffer);
    pump.roomGrown();
  }
}
