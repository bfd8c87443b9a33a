package run.mags.ssh;

import java.io.IOException;
import java.net.Socket;
import org.apache.sshd.client.channel.AbstractClientChannel;
import org.apache.sshd.client.future.DefaultOpenFuture;
import org.apache.sshd.client.future.OpenFuture;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.util.buffer.Buffer;

/** A connection that someone made to us, carried on from the other side (RFC 4254, section 7.2). */
final class DirectChannel extends AbstractClientChannel implements Tunnel.End {
  private final Socket socket;
  private final SocksRequest to;
  private final Tunnel tunnel;

  /** A channel that is not open yet. */
  DirectChannel(Socket socket, SocksRequest to) {
    super("direct-tcpip");
    this.socket = socket;
    this.to = to;
    this.tunnel = new Tunnel(socket, this);
  }

  @Override
  public synchronized OpenFuture open() throws IOException {
    if (isClosing()) {
      throw new SshException("the connection is closed");
    }
    openFuture = new DefaultOpenFuture(this, futureLock);
    Buffer request = getSession().createBuffer(SshConstants.SSH_MSG_CHANNEL_OPEN, 128);
    request.putString(getChannelType());
    request.putUInt(getChannelId());
    request.putUInt(getLocalWindow().getSize());
    request.putUInt(getLocalWindow().getPacketSize());
    request.putString(to.host());
    request.putUInt(to.port());
    request.putString(socket.getInetAddress().getHostAddress());
    request.putUInt(socket.getPort());
    writePacket(request);
    return openFuture;
  }

  @Override
  protected void doOpen() throws IOException {
    socket.getOutputStream().write(to.answer(true));
    tunnel.start();
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
