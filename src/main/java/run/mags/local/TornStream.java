package run.mags.local;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** A stream that passes some bytes on and then fails. */
final class TornStream extends FilterOutputStream {
  private long left;

  /** Fails after {@code length} bytes. */
  TornStream(OutputStream out, long length) {
    super(out);
    this.left = length;
  }

  @Override
  public void write(int one) throws IOException {
    write(new byte[] {(byte) one}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    int count = (int) Math.min(left, length);
    out.write(bytes, offset, count);
    left -= count;
    if (count < length) {
      out.flush();
      throw new IOException("torn on purpose");
    }
  }
}
