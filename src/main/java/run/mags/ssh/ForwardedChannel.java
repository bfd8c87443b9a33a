package run.mags.ssh;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Collections;
import org.apache.sshd.client.future.DefaultOpenFuture;
import org.apache.sshd.client.future.OpenFuture;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.Channel;
import org.apache.sshd.common.channel.ChannelFactory;
import org.apache.sshd.common.channel.exception.SshChannelOpenException;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.server.channel.AbstractServerChannel;

/** A connection that someone made to the other side, carried on from here (RFC 4254, 7.2). */
final class ForwardedChannel extends AbstractServerChannel implements Tunnel.End {
  static final String TYPE = "forwarded-tcpip";

  private static final int CONNECT_MILLIS = 30_000;

  private Tunnel tunnel;

  private ForwardedChannel() {
    super(TYPE, Collections.emptyList(), null);
  }

  /** Makes one for each connection that comes in on a port that we asked for. */
  static final class Factory implements ChannelFactory {
    @Override
    public String getName() {
      return TYPE;
    }

    @Override
    public Channel createChannel(Session session) {
      return new ForwardedChannel();
    }
  }

  /** Connects on a thread of its own, since this one reads the network. */
  @Override
  protected OpenFuture doInit(Buffer buffer) {
    OpenFuture future = new DefaultOpenFuture(this, futureLock);
    buffer.getString();
    int port = buffer.getInt();
    RemoteForwards forwards = ((TargetSession) getSession()).remoteForwards();
    Forward forward = forwards == null ? null : forwards.at(port);
    if (forward == null) {
      future.setException(refusal("no such forwarding", null));
      return future;
    }
    Socket socket = new Socket();
    tunnel = new Tunnel(socket, this);
    Thread connecting = new Thread(() -> connect(socket, forward, forwards, future), "tunnel-open");
    connecting.setDaemon(true);
    connecting.start();
    return future;
  }

  private void connect(Socket socket, Forward to, RemoteForwards forwards, OpenFuture future) {
    try {
      socket.connect(new InetSocketAddress(to.host(), to.hostPort()), CONNECT_MILLIS);
      socket.setTcpNoDelay(true);
    } catch (IOException failed) {
      Tunnel.close(socket);
      forwards.failed(to, failed);
      future.setException(refusal(failed.getMessage(), failed));
      return;
    }
    try {
      confirm();
    } catch (IOException lost) {
      Tunnel.close(socket);
      future.setException(lost);
      return;
    }
    future.setOpened();
    forwards.opened(to, this);
    tunnel.start();
  }

  /** Apache SSHD answers for a channel only when it cannot be opened. */
  private void confirm() throws IOException {
    Buffer answer = getSession().createBuffer(SshConstants.SSH_MSG_CHANNEL_OPEN_CONFIRMATION, 32);
    answer.putUInt(getRecipient());
    answer.putUInt(getChannelId());
    answer.putUInt(getLocalWindow().getSize());
    answer.putUInt(getLocalWindow().getPacketSize());
    writePacket(answer);
  }

  private SshChannelOpenException refusal(String why, Throwable cause) {
    return new SshChannelOpenException(
        getChannelId(), SshConstants.SSH_OPEN_CONNECT_FAILED, why, cause);
  }

  @Override
  public void endData() throws IOException {
    sendEof();
  }

  @Override
  protected void doWriteData(byte[] data, int offset, long count) {
    tunnel.add(data, offset, (int) count);
  }

  /** There is only one stream; what claims to belong to another is dropped. */
  @Override
  protected void doWriteExtendedData(byte[] data, int offset, long count) throws IOException {
    getLocalWindow().release(count);
  }

  @Override
  public void handleEof() throws IOException {
    super.handleEof();
    tunnel.end();
  }
}
