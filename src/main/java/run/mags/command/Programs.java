package run.mags.command;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;

/** Programs on the PATH. */
final class Programs {
  private Programs() {}

  /** The program of this name on an absolute directory of the PATH; null if there is none. */
  static Path find(String name, Map<String, String> env) {
    for (String directory : env.getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      try {
        Path program = Path.of(directory, name);
        if (program.isAbsolute() && Files.isRegularFile(program) && Files.isExecutable(program)) {
          return program;
        }
      } catch (InvalidPathException notADirectory) {
        // Then nothing can be in it.
      }
    }
    return null;
  }
}
