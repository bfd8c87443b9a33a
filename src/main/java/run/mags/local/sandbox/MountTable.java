package run.mags.local.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/** The mounts that this process sees (source: proc(5), mountinfo), as far as binds need them. */
final class MountTable {
  /**
   * Flags that a bind in a user namespace has to repeat when it becomes read-only: the kernel
   * refuses to take them away there.
   */
  private static final Set<String> KEPT_FLAGS =
      Set.of("nosuid", "nodev", "noexec", "noatime", "nodiratime", "relatime");

  private record Mount(Path point, List<String> flags) {}

  private final List<Mount> mounts;

  private MountTable(List<Mount> mounts) {
    this.mounts = mounts;
  }

  /** Reads this process's own table. */
  static MountTable read() throws IOException {
    return of(Files.readString(Path.of("/proc/self/mountinfo"), StandardCharsets.UTF_8));
  }

  /** Reads a table from the text of a mountinfo file. */
  static MountTable of(String mountinfo) {
    List<Mount> mounts = new ArrayList<>();
    for (String line : mountinfo.split("\n", -1)) {
      String[] fields = line.split(" ", -1);
      if (fields.length < 6) {
        continue;
      }
      List<String> flags = new ArrayList<>();
      for (String option : fields[5].split(",", -1)) {
        if (KEPT_FLAGS.contains(option)) {
          flags.add(option);
        }
      }
      mounts.add(new Mount(Path.of(unescape(fields[4])), List.copyOf(flags)));
    }
    return new MountTable(mounts);
  }

  /** The flags, to be repeated, of the mount that {@code path} lies on. */
  List<String> flags(Path path) {
    List<String> flags = List.of();
    int longest = -1;
    for (Mount mount : mounts) {
      // A later mount on the same point covers the earlier one.
      if (path.startsWith(mount.point) && mount.point.getNameCount() >= longest) {
        longest = mount.point.getNameCount();
        flags = mount.flags;
      }
    }
    return flags;
  }

  /** The mount points below {@code path}, without itself, parents before children. */
  List<Path> below(Path path) {
    List<Path> points = new ArrayList<>();
    for (Mount mount : mounts) {
      if (mount.point.startsWith(path)
          && !mount.point.equals(path)
          && !points.contains(mount.point)) {
        points.add(mount.point);
      }
    }
    Collections.sort(points);
    return points;
  }

  private static String unescape(String field) {
    StringBuilder text = new StringBuilder(field.length());
    for (int i = 0; i < field.length(); i++) {
      char c = field.charAt(i);
      if (c == '\\' && i + 3 < field.length()) {
        text.append((char) Integer.parseInt(field.substring(i + 1, i + 4), 8));
        i += 3;
      } else {
        text.append(c);
      }
    }
    return text.toString();
  }
}
