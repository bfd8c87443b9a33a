package run.mags.transfer;

import java.io.File;
import java.util.ArrayList;
import java.util.List;

/** A path that the other side names, which must stay below where it is put. */
final class EntryPath {
  /** Why something has no place here. */
  static final String IMPOSSIBLE = "its name leads elsewhere, or cannot be a file's here";

  private EntryPath() {}

  /**
   * The names on the way, none of which is {@code .} or {@code ..}; empty for the directory itself;
   * null if it is absolute, leads up, or cannot be a path here. Null stays null.
   */
  static List<String> parts(String path) {
    if (path == null || path.startsWith("/") || path.indexOf('\0') >= 0) {
      return null;
    }
    List<String> parts = new ArrayList<>();
    for (String part : path.split("/", -1)) {
      boolean foreign =
          File.separatorChar == '\\' && (part.indexOf('\\') >= 0 || part.indexOf(':') >= 0);
      if (part.equals("..") || foreign) {
        return null;
      }
      if (!part.isEmpty() && !part.equals(".")) {
        parts.add(part);
      }
    }
    return parts;
  }
}
