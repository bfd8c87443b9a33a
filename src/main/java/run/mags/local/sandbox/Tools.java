package run.mags.local.sandbox;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The host's programs that sandboxes are made with, each by its absolute path. */
final class Tools {
  /** Where programs are looked for first, and the PATH inside a sandbox. */
  static final String STANDARD_PATH =
      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  /** Without one of these there are no namespaces. */
  private static final List<String> FOR_NAMESPACES =
      List.of("sh", "cat", "cp", "unshare", "nsenter", "setsid", "mount", "umount", "pivot_root");

  private static final List<String> OTHERS =
      List.of(
          "setpriv",
          "hostname",
          "script",
          "rm",
          "sync",
          "du",
          "mknod",
          "tar",
          "mkfs.ext4",
          "chroot");

  private final String searchPath;
  private final Map<String, Path> found;

  private Tools(String searchPath, Map<String, Path> found) {
    this.searchPath = searchPath;
    this.found = found;
  }

  /** Looks in the standard directories, then along this process's PATH. */
  static Tools find() {
    String own = new ProcessBuilder().environment().get("PATH");
    return in(own == null ? STANDARD_PATH : STANDARD_PATH + File.pathSeparator + own);
  }

  /** Looks in the directories of {@code searchPath}, which are separated by colons. */
  static Tools in(String searchPath) {
    List<Path> directories = new ArrayList<>();
    for (String directory : searchPath.split(File.pathSeparator, -1)) {
      if (directory.startsWith("/")) {
        directories.add(Path.of(directory));
      }
    }
    Map<String, Path> found = new LinkedHashMap<>();
    for (List<String> names : List.of(FOR_NAMESPACES, OTHERS)) {
      for (String name : names) {
        directories.stream()
            .map(directory -> directory.resolve(name))
            .filter(Files::isExecutable)
            .findFirst()
            .ifPresent(path -> found.put(name, path));
      }
    }
    return new Tools(searchPath, found);
  }

  /** The directories that were searched, as a PATH. */
  String searchPath() {
    return searchPath;
  }

  /** The absolute path of a program, if it is there. */
  Optional<String> path(String name) {
    return Optional.ofNullable(found.get(name)).map(Path::toString);
  }

  /** The absolute path of a program that is known to be there. */
  String need(String name) {
    return path(name).orElseThrow(() -> new IllegalStateException("no program " + name));
  }

  /** The programs that namespaces need and that are not there. */
  List<String> missingForNamespaces() {
    return FOR_NAMESPACES.stream().filter(name -> !found.containsKey(name)).toList();
  }
}
