package run.mags.local.sandbox;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Reads files below {@code /proc/sys}. */
final class KernelSetting {
  private static final int LONGEST = 4096;

  private KernelSetting() {}

  /**
   * The text of one, without blanks around it. In one read: the kernel answers only the first, and
   * {@code Files.readString} begins with a single byte where the size is given as 0.
   */
  static String read(Path file) throws IOException {
    try (InputStream in = new FileInputStream(file.toFile())) {
      byte[] buffer = new byte[LONGEST];
      int length = in.read(buffer);
      return new String(buffer, 0, Math.max(0, length), StandardCharsets.UTF_8).strip();
    }
  }
}
