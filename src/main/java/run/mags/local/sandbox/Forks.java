package run.mags.local.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Which workspaces stand on the files of another one: a note of each in its {@code forks/}, made
 * before the fork is one. A note counts as long as the fork itself says so.
 *
 * @param base the one that they stand on
 */
record Forks(Workspace base) {
  private static final String NOTES = "forks";
  private static final String UNFINISHED = ".forks-";

  /** There are none yet: the workspace is new. */
  void begin() throws IOException {
    DirectoryTree.createPrivate(notes());
  }

  /** Notes that a workspace is about to stand on it. */
  void note(Workspace fork) throws IOException {
    complete();
    write(notes(), fork);
  }

  /** Those that stand on it, in no order. */
  List<Workspace> all() throws IOException {
    complete();
    List<Workspace> forks = new ArrayList<>();
    try (DirectoryStream<Path> notes = Files.newDirectoryStream(notes(), "[!.]*")) {
      for (Path note : notes) {
        String name = Files.readString(note, StandardCharsets.UTF_8);
        Workspace fork = new Workspace(base.directory().resolveSibling(name));
        if (standsOnBase(fork)) {
          forks.add(fork);
        } else {
          Files.deleteIfExists(note);
        }
      }
    }
    return forks;
  }

  private boolean standsOnBase(Workspace fork) throws IOException {
    return fork.form().isPresent() && fork.beneath().equals(Optional.of(base.directory()));
  }

  /** A workspace from before there were notes gets them: whoever stands on it is looked for. */
  private void complete() throws IOException {
    if (Files.isDirectory(notes())) {
      return;
    }
    Path unfinished = base.directory().resolve(UNFINISHED + UUID.randomUUID());
    DirectoryTree.createPrivate(unfinished);
    try (DirectoryStream<Path> others =
        Files.newDirectoryStream(base.directory().getParent(), "[!.]*")) {
      for (Path other : others) {
        Workspace fork = new Workspace(other);
        if (standsOnBase(fork)) {
          write(unfinished, fork);
        }
      }
    }
    Files.move(unfinished, notes(), StandardCopyOption.ATOMIC_MOVE);
  }

  private void write(Path directory, Workspace fork) throws IOException {
    String name =
        UUID.nameUUIDFromBytes(fork.directory().toString().getBytes(StandardCharsets.UTF_8))
            .toString();
    DirectoryTree.write(directory.resolve(name), base.beside(fork.directory()));
  }

  private Path notes() {
    return base.directory().resolve(NOTES);
  }
}
