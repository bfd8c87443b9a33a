package run.mags.command;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Where the program is that has started us, for others to start it. */
final class Launcher {
  private static final String NAME = "mags";

  private Launcher() {}

  /**
   * The path of {@code mags}: the one on the PATH where that is ours, since it outlives an update;
   * without a launcher, as in a test, its name.
   */
  static String path(Map<String, String> env) {
    Path jar = Path.of(System.getProperty("java.class.path").split(File.pathSeparator, 2)[0]);
    Path library = jar.toAbsolutePath().normalize().getParent();
    Path own = library == null ? jar : library.resolveSibling("bin").resolve(NAME);
    if (!Files.isExecutable(own)) {
      return NAME;
    }
    Path found = Programs.find(NAME, env);
    try {
      return found != null && Files.isSameFile(found, own) ? found.toString() : own.toString();
    } catch (IOException unreadable) {
      return own.toString();
    }
  }
}
