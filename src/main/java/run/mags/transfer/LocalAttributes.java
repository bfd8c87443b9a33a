package run.mags.transfer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Modes and times of files here. */
final class LocalAttributes {
  /** From 0400 down to 0001. */
  private static final List<PosixFilePermission> BITS =
      List.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE,
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.GROUP_EXECUTE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE,
          PosixFilePermission.OTHERS_EXECUTE);

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

  /** Permissions as a number, at most 0777. */
  static int mode(Set<PosixFilePermission> permissions) {
    int mode = 0;
    for (int i = 0; i < BITS.size(); i++) {
      mode |= permissions.contains(BITS.get(i)) ? 0400 >> i : 0;
    }
    return mode;
  }

  private static Set<PosixFilePermission> permissions(int mode) {
    EnumSet<PosixFilePermission> set = EnumSet.noneOf(PosixFilePermission.class);
    for (int i = 0; i < BITS.size(); i++) {
      if ((mode & 0400 >> i) != 0) {
        set.add(BITS.get(i));
      }
    }
    return set;
  }
}
