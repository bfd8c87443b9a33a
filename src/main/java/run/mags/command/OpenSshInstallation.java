package run.mags.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.error.FileReason;

/**
 * Our configuration in OpenSSH's: a file of our own, and one line in the user's that includes it.
 * It is the first line, since further down it would belong to a Host. Everything else in the user's
 * file stays as it is, byte for byte.
 */
record OpenSshInstallation(OpenSshFiles files) {
  /** Whether it is there, with whatever names. */
  boolean isThere() {
    String users = FileChange.read(files.usersConfig());
    return Files.exists(files.included()) && users != null && hasLine(users);
  }

  /** What has to be changed for it to be there; empty if nothing has. */
  List<FileChange> plan(List<String> names) {
    String users = FileChange.read(files.usersConfig());
    String line = files.includeLine() + "\n";
    String with = users == null ? line : hasLine(users) ? users : line + users;
    return real(
        new FileChange(
            files.included(), FileChange.read(files.included()), files.configuration(names)),
        new FileChange(files.usersConfig(), users, with));
  }

  /** What has to be changed for it to be gone. A file of which nothing is left goes, too. */
  List<FileChange> removal() {
    String users = FileChange.read(files.usersConfig());
    String without = users == null ? null : withoutLine(users);
    boolean ours = users != null && !users.equals(without) && without.isEmpty();
    return real(
        new FileChange(files.usersConfig(), users, ours ? null : without),
        new FileChange(files.included(), FileChange.read(files.included()), null));
  }

  private static List<FileChange> real(FileChange... changes) {
    List<FileChange> real = new ArrayList<>();
    for (FileChange change : changes) {
      if (change.isOne()) {
        real.add(change);
      }
    }
    return real;
  }

  /** Makes the changes, and the files that they need; after a removal, those go, too. */
  void apply(List<FileChange> changes, boolean removing) {
    if (!removing) {
      files.hostKey();
    }
    changes.forEach(FileChange::apply);
    if (removing) {
      for (Path file : files.all()) {
        try {
          Files.deleteIfExists(file);
        } catch (IOException stays) {
          throw new CliException(
              ErrorKind.FILE, "cannot remove " + file + ": " + FileReason.of(stays), null, stays);
        }
      }
    }
  }

  private boolean hasLine(String users) {
    return !withoutLine(users).equals(users);
  }

  private String withoutLine(String users) {
    StringBuilder kept = new StringBuilder();
    int at = 0;
    while (at < users.length()) {
      int end = users.indexOf('\n', at);
      end = end < 0 ? users.length() : end + 1;
      String line = users.substring(at, end);
      if (!line.strip().equals(files.includeLine())) {
        kept.append(line);
      }
      at = end;
    }
    return kept.toString();
  }
}
