package run.mags.local.ssh;

import java.io.IOException;
import org.apache.sshd.client.channel.AbstractClientChannel;
import org.apache.sshd.client.future.DefaultOpenFuture;
import org.apache.sshd.client.future.OpenFuture;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.net.SshdSocketAddress;
import run.mags.local.net.Link;

/**
 * A connection that somebody in the sandbox made to a port that the client listens on there,
 * carried on to the client (RFC 4254, section 7.2): of remote forwarding.
 */
final class OutwardChannel extends AbstractClientChannel {
  private static final String TYPE = "forwarded-tcpip";

  private final Link link;
  private final SshdSocketAddress entrance;
  private final SshdSocketAddress from;
  private final GateThreads threads;
  private LinkPump pump;

  /**
   * One that is not open yet, and owns the link.
   *
   * @param entrance the address and port as the client asked for them
   * @param from from where the connection comes
   */
  OutwardChannel(
      Link link, SshdSocketAddress entrance, SshdSocketAddress from, GateThreads threads) {
    super(TYPE);
    this.link = link;
    this.entrance = entrance;
    this.from = from;
    this.threads = threads;
    addCloseFutureListener(
        closed -> {
          if (pump == null) {
            link.close();
          }
        });
  }

  @Override
  public synchronized OpenFuture open() throws IOException {
    if (closeFuture.isClosed()) {
      throw new SshException("the session has been closed");
    }
    openFuture = new DefaultOpenFuture(from, futureLock);
    Session session = getSession();
    Buffer buffer = session.createBuffer(SshConstants.SSH_MSG_CHANNEL_OPEN, 256);
    buffer.putString(TYPE);
    buffer.putUInt(getChannelId());
    buffer.putUInt(getLocalWindow().getSize());
    buffer.putUInt(getLocalWindow().getPacketSize());
    buffer.putString(entrance.getHostName());
    buffer.putUInt(entrance.getPort());
    buffer.putString(from.getHostName());
    buffer.putUInt(from.getPort());
    writePacket(buffer);
    return openFuture;
  }

  @Override
  protected void doOpen() {
    pump = new LinkPump(this, this::sendEof, threads);
    pump.start(link);
  }

  @Override
  protected void doWriteData(byte[] data, int offset, long count) throws IOException {
    pump.take(data, offset, (int) count);
  }

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
