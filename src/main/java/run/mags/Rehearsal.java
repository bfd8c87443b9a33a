package run.mags;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Runs several command lines in one process. Java makes its ahead-of-time cache of what one process
 * did; this lets it see more than one command. Used by the build only ({@code
 * src/assembly/add-runtime}).
 */
final class Rehearsal {
  private Rehearsal() {}

  /** Runs each line of the file {@code args[0]}, its words parted by single blanks. */
  public static void main(String[] args) throws IOException {
    for (String line : Files.readAllLines(Path.of(args[0]))) {
      Main.run(line.split(" ", -1));
    }
    // As Main ends: idle threads do not hold the process.
    Main.host().exit().accept(0);
  }
}
