package run.mags.transfer;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * Writes a tar archive: ustar headers, and for what they are too small for the {@code L} and {@code
 * K} members of GNU tar. Both GNU tar and busybox read those; busybox passes over the extended
 * headers of POSIX. Times are whole seconds therefore.
 */
final class TarWriter {
  static final int BLOCK = 512;

  /** Where headers have their fields (ustar, POSIX.1-2017, pax). */
  private static final int NAME_SIZE = 100;

  private final ByteArrayOutputStream out;

  TarWriter(ByteArrayOutputStream out) {
    this.out = out;
  }

  /** Adds a member with its data, of which there are {@code entry.size()} bytes. */
  void add(TarEntry entry, byte[] data) {
    byte[] path = entry.path().getBytes(UTF_8);
    byte[] target = entry.target().getBytes(UTF_8);
    if (target.length > NAME_SIZE) {
      addLong('K', target);
    }
    if (path.length > NAME_SIZE) {
      addLong('L', path);
    }
    out.writeBytes(
        header(path, target, entry.type().flag, entry.mode(), entry.modified(), entry.size()));
    addData(data, (int) entry.size());
  }

  /** Ends the archive. */
  void end() {
    out.writeBytes(new byte[2 * BLOCK]);
  }

  private void addLong(char type, byte[] name) {
    out.writeBytes(
        header("././@LongLink".getBytes(US_ASCII), new byte[0], type, 0, 0, name.length + 1L));
    addData(Arrays.copyOf(name, name.length + 1), name.length + 1);
  }

  private void addData(byte[] data, int count) {
    out.write(data, 0, count);
    out.write(new byte[BLOCK], 0, (BLOCK - count % BLOCK) % BLOCK);
  }

  private static byte[] header(
      byte[] path, byte[] target, char type, int mode, long modified, long size) {
    byte[] header = new byte[BLOCK];
    System.arraycopy(path, 0, header, 0, Math.min(NAME_SIZE, path.length));
    octal(header, 100, 8, mode);
    octal(header, 108, 8, 0);
    octal(header, 116, 8, 0);
    octal(header, 124, 12, size);
    octal(header, 136, 12, Math.max(0, modified));
    Arrays.fill(header, 148, 156, (byte) ' ');
    header[156] = (byte) type;
    System.arraycopy(target, 0, header, 157, Math.min(NAME_SIZE, target.length));
    // GNU's magic: with the one of POSIX, L and K would mean nothing.
    byte[] magic = "ustar  \0".getBytes(US_ASCII);
    System.arraycopy(magic, 0, header, 257, magic.length);
    int sum = 0;
    for (byte b : header) {
      sum += b & 0xff;
    }
    octal(header, 148, 7, sum);
    return header;
  }

  /** Octal digits and a NUL; what needs more of them is far beyond any file or time. */
  private static void octal(byte[] header, int offset, int size, long value) {
    long left = value;
    for (int i = offset + size - 2; i >= offset; i--) {
      header[i] = (byte) ('0' + (left & 7));
      left >>= 3;
    }
    if (left != 0) {
      throw new IllegalArgumentException("too large for a tar header: " + value);
    }
  }
}
