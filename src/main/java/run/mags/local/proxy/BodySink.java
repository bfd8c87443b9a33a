package run.mags.local.proxy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Where the bytes of one body go, each piece at once, in chunks or as they are. */
final class BodySink {
  private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final OutputStream out;
  private final boolean chunked;
  private byte[] chunk = new byte[0];

  BodySink(OutputStream out, boolean chunked) {
    this.out = out;
    this.chunked = chunked;
  }

  /** Sends {@code count} bytes, at least one. */
  void write(byte[] bytes, int count) throws IOException {
    if (!chunked) {
      out.write(bytes, 0, count);
      return;
    }
    byte[] size = (Integer.toHexString(count) + "\r\n").getBytes(StandardCharsets.US_ASCII);
    int length = size.length + count + 2;
    if (chunk.length < length) {
      chunk = new byte[length];
    }
    System.arraycopy(size, 0, chunk, 0, size.length);
    System.arraycopy(bytes, 0, chunk, size.length, count);
    chunk[length - 2] = '\r';
    chunk[length - 1] = '\n';
    out.write(chunk, 0, length);
  }

  /** That was all. */
  void finish() throws IOException {
    if (chunked) {
      out.write(LAST_CHUNK);
    }
  }
}
