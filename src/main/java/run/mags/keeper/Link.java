package run.mags.keeper;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * Frames over a Unix socket. One thread receives; any may send, but none that somebody interrupts:
 * that would close the socket. Nothing piles up: either side has at most one frame of each kind on
 * its way that the other has not answered.
 */
final class Link implements AutoCloseable {
  /** A request holds arguments and environment, which Linux limits to less. */
  private static final int MOST = 16 << 20;

  private static final int HEAD = 5;
  private static final byte[] NOTHING = new byte[0];

  private final SocketChannel channel;
  private ByteBuffer in = ByteBuffer.allocate(40 * 1024).limit(0);

  Link(SocketChannel channel) {
    this.channel = channel;
  }

  /** Sends a frame. */
  synchronized void send(int kind, byte[] bytes, int offset, int count) throws IOException {
    ByteBuffer frame = ByteBuffer.allocate(HEAD + count);
    frame.put((byte) kind).putInt(count).put(bytes, offset, count).flip();
    while (frame.hasRemaining()) {
      channel.write(frame);
    }
  }

  void send(int kind) throws IOException {
    send(kind, NOTHING, 0, 0);
  }

  void send(int kind, byte[] bytes) throws IOException {
    send(kind, bytes, 0, bytes.length);
  }

  void send(int kind, String text) throws IOException {
    send(kind, text.getBytes(StandardCharsets.UTF_8));
  }

  void send(int kind, int number) throws IOException {
    send(kind, ByteBuffer.allocate(Integer.BYTES).putInt(number).array());
  }

  /** A frame: its kind, and what it brings. */
  static final class Content {
    final int kind;
    final byte[] bytes;

    Content(int kind, byte[] bytes) {
      this.kind = kind;
      this.bytes = bytes;
    }

    String text() {
      return new String(bytes, StandardCharsets.UTF_8);
    }

    int number() throws IOException {
      if (bytes.length != Integer.BYTES) {
        throw new IOException("not a number");
      }
      return ByteBuffer.wrap(bytes).getInt();
    }
  }

  /**
   * Waits for the next frame.
   *
   * @throws EOFException when the other side has gone
   */
  Content receive() throws IOException {
    fill(HEAD);
    int kind = in.get();
    int count = in.getInt();
    if (count < 0 || count > MOST) {
      throw new IOException("not a frame");
    }
    fill(count);
    byte[] bytes = new byte[count];
    in.get(bytes);
    return new Content(kind, bytes);
  }

  private void fill(int count) throws IOException {
    if (in.remaining() >= count) {
      return;
    }
    if (in.capacity() < count) {
      in = ByteBuffer.allocate(count).put(in);
    } else {
      in.compact();
    }
    while (in.position() < count) {
      if (channel.read(in) < 0) {
        throw new EOFException();
      }
    }
    in.flip();
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException gone) {
      // It was to be closed.
    }
  }
}
