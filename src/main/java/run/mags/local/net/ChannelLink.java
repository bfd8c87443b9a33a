package run.mags.local.net;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/**
 * A link over a channel, TCP or Unix domain. A blocking channel could not be waited for with a
 * limit, so it does not block, and whoever has to wait does so with a selector of that direction,
 * which is made when it is needed first.
 */
public final class ChannelLink implements Link {
  private final SocketChannel channel;
  private final Side reading = new Side(SelectionKey.OP_READ);
  private final Side writing = new Side(SelectionKey.OP_WRITE);
  private final InputStream in = new In();
  private final OutputStream out = new Out();

  private ChannelLink(SocketChannel channel) {
    this.channel = channel;
  }

  /** Makes a connected channel a link, which owns it from then on. */
  public static ChannelLink of(SocketChannel channel) throws IOException {
    channel.configureBlocking(false);
    if (channel.getRemoteAddress() instanceof InetSocketAddress) {
      // Without it a small piece of an answer waits 40 ms for the acknowledgement of the one
      // before.
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }
    return new ChannelLink(channel);
  }

  @Override
  public InputStream in() {
    return in;
  }

  @Override
  public OutputStream out() {
    return out;
  }

  @Override
  public void readLimit(int ms) {
    reading.limitMs = ms;
  }

  @Override
  public void writeLimit(int ms) {
    writing.limitMs = ms;
  }

  @Override
  public void endOutput() throws IOException {
    channel.shutdownOutput();
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException alreadyBroken) {
      // It is closed either way.
    } finally {
      // A selector holds the closed channel's descriptor until it is closed too.
      reading.close();
      writing.close();
    }
  }

  /** One direction. */
  private final class Side {
    private final int operation;
    private volatile int limitMs;
    private Selector selector;
    private boolean closed;

    Side(int operation) {
      this.operation = operation;
    }

    /** Waits until something can be done. */
    void await() throws IOException {
      int ms = limitMs;
      Selector ready = selector();
      try {
        ready.selectedKeys().clear();
        long deadline = System.nanoTime() + ms * 1_000_000L;
        while (ready.select(left(ms, deadline)) == 0) {
          if (!channel.isOpen()) {
            throw new ClosedChannelException();
          }
          if (Thread.currentThread().isInterrupted()) {
            throw new IOException("interrupted");
          }
          if (ms > 0 && System.nanoTime() - deadline >= 0) {
            throw new SocketTimeoutException("nothing moved for " + ms + " ms");
          }
        }
      } catch (ClosedSelectorException e) {
        throw new ClosedChannelException();
      }
    }

    private static long left(int ms, long deadline) {
      return ms == 0 ? 0 : Math.max(1, (deadline - System.nanoTime()) / 1_000_000);
    }

    private synchronized Selector selector() throws IOException {
      if (closed) {
        throw new ClosedChannelException();
      }
      if (selector == null) {
        Selector fresh = Selector.open();
        try {
          channel.register(fresh, operation);
        } catch (IOException e) {
          fresh.close();
          throw e;
        }
        selector = fresh;
      }
      return selector;
    }

    synchronized void close() {
      closed = true;
      try {
        if (selector != null) {
          selector.close();
        }
      } catch (IOException alreadyBroken) {
        // It is closed either way.
      }
    }
  }

  private final class In extends InputStream {
    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
      int count = channel.read(buffer);
      while (count == 0) {
        reading.await();
        count = channel.read(buffer);
      }
      return count;
    }
  }

  private final class Out extends OutputStream {
    @Override
    public void write(int one) throws IOException {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
      while (buffer.hasRemaining()) {
        if (channel.write(buffer) == 0) {
          writing.await();
        }
      }
    }
  }
}
