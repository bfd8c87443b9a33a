package run.mags.command;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.terminal.Spinner;

/** Files that are sent before a job, to be found in its {@code /root} by their base names. */
final class Uploads {
  private final CliContext cli;

  Uploads(CliContext cli) {
    this.cli = cli;
  }

  /** Throws unless every path is a file that can be read, with a base name of its own. */
  static void check(List<Path> files) {
    Set<String> names = new HashSet<>();
    for (Path file : files) {
      if (!Files.exists(file)) {
        throw wrong("no such file: " + file);
      }
      if (Files.isDirectory(file)) {
        throw wrong(file + " is a directory; -f sends single files");
      }
      if (!Files.isRegularFile(file)) {
        throw wrong(file + " is a pipe or a device; -f sends files");
      }
      if (!Files.isReadable(file)) {
        throw wrong("cannot read " + file + ": permission denied");
      }
      if (!names.add(file.getFileName().toString())) {
        throw wrong("two files are named " + file.getFileName() + "; in /root they would collide");
      }
    }
  }

  private static CliException wrong(String message) {
    return new CliException(ErrorKind.FILE, message, "nothing was sent");
  }

  /** Sends the files in their order and answers their ids. */
  List<String> send(List<Path> files) {
    List<String> ids = new ArrayList<>();
    for (Path file : files) {
      String label = "sending " + file.getFileName();
      ids.add(Spinner.during(cli.output(), label, () -> cli.api().upload(file)));
    }
    return ids;
  }
}
