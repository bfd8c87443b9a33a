package run.mags.local.sandbox;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * Whether a directory takes files: tells a full or broken disk apart from what the kernel refuses.
 */
public final class Room {
  /** What a sandbox needs before its guest has written anything, in bytes, generously. */
  private static final int NEEDED = 1 << 20;

  private Room() {}

  /**
   * Writes a file of 1 MiB and removes it.
   *
   * @throws IOException if that fails
   */
  public static void check(Path directory) throws IOException {
    Path file = directory.resolve(".room-" + UUID.randomUUID());
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer left = ByteBuffer.allocate(NEEDED);
      while (left.hasRemaining()) {
        channel.write(left);
      }
    } finally {
      Files.deleteIfExists(file);
    }
  }
}
