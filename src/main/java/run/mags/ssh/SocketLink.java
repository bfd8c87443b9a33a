package run.mags.ssh;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.util.HashMap;
import java.util.Map;
import jdk.net.ExtendedSocketOptions;
import org.apache.sshd.common.io.AbstractIoWriteFuture;
import org.apache.sshd.common.io.IoHandler;
import org.apache.sshd.common.io.IoService;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.io.IoWriteFuture;
import org.apache.sshd.common.util.Readable;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.closeable.AbstractCloseable;

/**
 * One TCP connection under an SSH session, with one reading thread and writes by whoever writes.
 * Apache SSHD's own transport is asynchronous: it costs a cold start some 50 ms more, and it cannot
 * acknowledge at once, without which every small answer of a server that uses Nagle's algorithm
 * (OpenSSH before the command starts) waits 40 ms.
 */
final class SocketLink extends AbstractCloseable implements IoSession, Readable {
  /** How often it is asked in vain before it is given up. */
  private static final int QUESTIONS = 3;

  /** Reads up to this size are acknowledged at once; bulk data is left to the kernel. */
  private static final int SMALL_READ = 4096;

  private final Socket socket;
  private final OutputStream out;
  private final IoHandler handler;
  private final Runnable keepAlive;
  private final int silenceMillis;
  private final Map<Object, Object> attributes = new HashMap<>();
  private final byte[] buffer = new byte[32 * 1024];
  private boolean acknowledgeAtOnce = true;
  private int position;
  private int limit;
  private volatile IOException failure;
  private Thread asking;

  /**
   * A link over a connected socket.
   *
   * @param handler gets what is received
   * @param keepAlive asks the peer for a sign of life; may block
   * @param silenceMillis the silence after which the peer is asked
   */
  SocketLink(Socket socket, IoHandler handler, Runnable keepAlive, int silenceMillis)
      throws IOException {
    this.socket = socket;
    this.out = socket.getOutputStream();
    this.handler = handler;
    this.keepAlive = keepAlive;
    this.silenceMillis = silenceMillis;
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(silenceMillis);
  }

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
    int silences = 0;
    try {
      while (!isClosing()) {
        acknowledgeAtOnce();
        try {
          limit = socket.getInputStream().read(buffer);
        } catch (SocketTimeoutException silence) {
          silences++;
          askForSignOfLife(silences);
          continue;
        }
        silences = 0;
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

  /**
   * A peer that died without a word leaves reads waiting for ever. The question is sent on another
   * thread, since a write to a dead peer may block, and this thread is the one that finds out.
   */
  private void askForSignOfLife(int silences) throws IOException {
    if (silences > QUESTIONS) {
      throw new IOException(
          "no sign of life for " + Math.round(silences * silenceMillis / 1000.0) + " s");
    }
    if (asking == null || !asking.isAlive()) {
      asking = new Thread(keepAlive, "ssh-keep-alive");
      asking.setDaemon(true);
      asking.start();
    }
  }

  /** Linux takes quick acknowledgement back by itself, so it is asked for before every read. */
  private void acknowledgeAtOnce() throws IOException {
    if (acknowledgeAtOnce && limit < SMALL_READ) {
      try {
        socket.setOption(ExtendedSocketOptions.TCP_QUICKACK, true);
      } catch (UnsupportedOperationException | LinkageError notHere) {
        acknowledgeAtOnce = false;
      }
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
      socket.close();
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
  public SocketAddress getLocalAddress() {
    return socket.getLocalSocketAddress();
  }

  @Override
  public SocketAddress getRemoteAddress() {
    return socket.getRemoteSocketAddress();
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

  @Override
  public void shutdownOutputStream() throws IOException {
    socket.shutdownOutput();
  }

  /** Reading never pauses: what a channel may send is limited by its window. */
  @Override
  public void suspendRead() {}

  @Override
  public void resumeRead() {}
}
