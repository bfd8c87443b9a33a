package run.mags.ssh;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketAddress;
import java.util.HashMap;
import java.util.Map;
import org.apache.sshd.common.io.AbstractIoWriteFuture;
import org.apache.sshd.common.io.IoHandler;
import org.apache.sshd.common.io.IoService;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.io.IoWriteFuture;
import org.apache.sshd.common.util.Readable;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.closeable.AbstractCloseable;

/**
 * Two streams under an SSH session, with one reading thread and writes by whoever writes. Apache
 * SSHD's own transport is asynchronous, and costs a cold start some 50 ms more.
 */
abstract class BlockingLink extends AbstractCloseable implements IoSession, Readable {
  private final OutputStream out;
  private final IoHandler handler;
  private final Map<Object, Object> attributes = new HashMap<>();
  private final byte[] buffer = new byte[32 * 1024];
  private int position;
  private int limit;
  private volatile IOException failure;

  /** A link that writes to {@code out}; {@code handler} gets what is received. */
  BlockingLink(OutputStream out, IoHandler handler) {
    this.out = out;
    this.handler = handler;
  }

  /**
   * Waits for bytes from the other side.
   *
   * @param before how many came the last time; 0 before the first
   * @return how many there are now; -1 at the end
   */
  abstract int receive(byte[] into, int before) throws IOException;

  /** Lets go of the streams. */
  abstract void disconnect() throws IOException;

  /** Begins to read, on a thread of its own. */
  void start() {
    Thread reader = new Thread(this::read, "ssh-reader");
    reader.setDaemon(true);
    reader.start();
  }

  /** Why the link ended; null while it lives and when this side closed it. */
  IOException failure() {
    return failure;
  }

  private void read() {
    try {
      while (!isClosing()) {
        limit = receive(buffer, limit);
        if (limit < 0) {
          throw new EOFException("the other side closed the connection");
        }
        position = 0;
        handler.messageReceived(this, this);
      }
    } catch (IOException lost) {
      end(lost);
    } catch (Exception broken) {
      end(new IOException(broken.getMessage(), broken));
    }
  }

  private void end(IOException reason) {
    if (!isClosing()) {
      failure = reason;
      try {
        handler.exceptionCaught(this, reason);
      } catch (Exception closesAnyway) {
        // The session is closed below, whatever it made of the news.
      }
    }
    close(true);
  }

  @Override
  public int available() {
    return limit - position;
  }

  @Override
  public void getRawBytes(byte[] data, int offset, int length) {
    System.arraycopy(buffer, position, data, offset, length);
    position += length;
  }

  /**
   * Writes at once; the session writes one packet at a time. A failure does not end the link: what
   * the peer sent before it went away (an exit status, perhaps) is still to be read.
   */
  @Override
  public IoWriteFuture writeBuffer(Buffer packet) throws IOException {
    out.write(packet.array(), packet.rpos(), packet.available());
    return AbstractIoWriteFuture.fulfilled("write", true);
  }

  @Override
  protected void doCloseImmediately() {
    try {
      disconnect();
    } catch (IOException gone) {
      // Nothing is left to be done with it.
    }
    super.doCloseImmediately();
    try {
      handler.sessionClosed(this);
    } catch (Exception closedAnyway) {
      // The session is closed by this call or was before.
    }
  }

  @Override
  public long getId() {
    return 1;
  }

  @Override
  public SocketAddress getAcceptanceAddress() {
    return null;
  }

  @Override
  public synchronized Object getAttribute(Object key) {
    return attributes.get(key);
  }

  @Override
  public synchronized Object setAttribute(Object key, Object value) {
    return attributes.put(key, value);
  }

  @Override
  public synchronized Object setAttributeIfAbsent(Object key, Object value) {
    return attributes.putIfAbsent(key, value);
  }

  @Override
  public synchronized Object removeAttribute(Object key) {
    return attributes.remove(key);
  }

  /** There is none: this link was not made by a service. */
  @Override
  public IoService getService() {
    return null;
  }

  /** Reading never pauses: what a channel may send is limited by its window. */
  @Override
  public void suspendRead() {}

  @Override
  public void resumeRead() {}
}
