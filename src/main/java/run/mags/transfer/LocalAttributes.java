package run.mags.transfer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Modes and times of files here. */
final class LocalAttributes {
  private static final PosixFilePermission[] BITS = PosixFilePermission.values();

  private LocalAttributes() {}

  /**
   * Sets both; modes only where there are some.
   *
   * @param mode the permissions, at most 0777
   * @param modified seconds since 1970
   */
  static void set(Path path, int mode, long modified) throws IOException {
    FileTime time = FileTime.from(modified, TimeUnit.SECONDS);
    PosixFileAttributeView posix = Files.getFileAttributeView(path, PosixFileAttributeView.class);
    if (posix == null) {
      Files.getFileAttributeView(path, BasicFileAttributeView.class).setTimes(time, null, null);
      return;
    }
    posix.setTimes(time, null, null);
    posix.setPermissions(permissions(mode));
  }

  private static Set<PosixFilePermission> permissions(int mode) {
    EnumSet<PosixFilePermission> set = EnumSet.noneOf(PosixFilePermission.class);
    for (PosixFilePermission bit : BITS) {
      if ((mode & 0400 >> bit.ordinal()) != 0) {
        set.add(bit);
      }
    }
    return set;
  }
}
