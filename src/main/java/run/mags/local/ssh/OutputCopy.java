package run.mags.local.ssh;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/** Carries one output of a command to the client, piece by piece, until nobody writes any more. */
final class OutputCopy implements Runnable, AutoCloseable {
  private final ReadableByteChannel from;
  private final OutputStream to;
  private final Runnable atEnd;

  /**
   * A copy that has not begun.
   *
   * @param atEnd what is done when it is over
   */
  OutputCopy(ReadableByteChannel from, OutputStream to, Runnable atEnd) {
    this.from = from;
    this.to = to;
    this.atEnd = atEnd;
  }

  @Override
  public void run() {
    byte[] bytes = new byte[32 * 1024];
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    try (from) {
      for (int count; (count = from.read(buffer.clear())) >= 0; ) {
        to.write(bytes, 0, count);
        to.flush();
      }
    } catch (IOException gone) {
      // The client went away: whoever still writes finds out at the next byte, as with OpenSSH.
    } finally {
      atEnd.run();
    }
  }

  /** Reads no further, whoever still writes. */
  @Override
  public void close() {
    try {
      from.close();
    } catch (IOException ignored) {
      // Nothing was to be read any more.
    }
  }
}
