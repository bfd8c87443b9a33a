package run.mags.ssh;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.apache.sshd.common.io.IoHandler;
import org.apache.sshd.common.io.IoWriteFuture;
import org.apache.sshd.common.util.buffer.Buffer;

/**
 * Two streams that are not ours to close, such as standard input and output, under an SSH session.
 * Whoever is at their other ends has started us, so there is no address.
 */
final class StreamLink extends BlockingLink {
  private static final SocketAddress NOWHERE =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  private final InputStream in;
  private final OutputStream out;

  /** A link over these streams; {@code handler} gets what is received. */
  StreamLink(InputStream in, OutputStream out, IoHandler handler) {
    super(out, handler);
    this.in = in;
    this.out = out;
  }

  @Override
  int receive(byte[] into, int before) throws IOException {
    return in.read(into);
  }

  @Override
  public IoWriteFuture writeBuffer(Buffer packet) throws IOException {
    IoWriteFuture written = super.writeBuffer(packet);
    out.flush();
    return written;
  }

  @Override
  void disconnect() {}

  @Override
  public void shutdownOutputStream() {}

  @Override
  public SocketAddress getLocalAddress() {
    return NOWHERE;
  }

  @Override
  public SocketAddress getRemoteAddress() {
    return NOWHERE;
  }
}
