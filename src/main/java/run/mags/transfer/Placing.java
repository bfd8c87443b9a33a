package run.mags.transfer;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import run.mags.error.FileReason;

/**
 * Puts what has arrived in its place, by renaming: a directory that is new as a whole, else what is
 * in it, one after the other. Links at the destination are replaced, never followed.
 */
final class Placing {
  private final Tally tally;

  Placing(Tally tally) {
    this.tally = tally;
  }

  /** Moves all that is in one directory into another. */
  void moveAll(Path from, Path to) throws IOException {
    try (DirectoryStream<Path> children = Files.newDirectoryStream(from)) {
      for (Path child : children) {
        move(child, to.resolve(child.getFileName()));
      }
    }
  }

  private void move(Path from, Path to) {
    try {
      boolean directory = Files.isDirectory(from, LinkOption.NOFOLLOW_LINKS);
      boolean directoryThere = Files.isDirectory(to, LinkOption.NOFOLLOW_LINKS);
      if (directory && directoryThere) {
        moveAll(from, to);
      } else if (directoryThere) {
        skip(from, to, "a directory is there");
      } else if (directory && Files.exists(to, LinkOption.NOFOLLOW_LINKS)) {
        skip(from, to, Files.isSymbolicLink(to) ? "a symbolic link is there" : "a file is there");
      } else {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
      }
    } catch (IOException failed) {
      skip(from, to, FileReason.of(failed));
    }
  }

  /** Files below it were counted as copied when they arrived. */
  private void skip(Path from, Path to, String reason) {
    tally.skip(to.toString(), reason);
    uncount(from);
  }

  private void uncount(Path from) {
    try {
      if (!Files.isDirectory(from, LinkOption.NOFOLLOW_LINKS)) {
        tally.placed(-1, Files.isSymbolicLink(from) ? 0 : -Files.size(from));
        return;
      }
      try (DirectoryStream<Path> children = Files.newDirectoryStream(from)) {
        children.forEach(this::uncount);
      }
    } catch (IOException unreadable) {
      // The count is a little too high then; that something is missing has been told.
    }
  }

  /** Removes a directory with all that is in it, and follows no link. */
  static void remove(Path path) throws IOException {
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      try (DirectoryStream<Path> children = Files.newDirectoryStream(path)) {
        for (Path child : children) {
          remove(child);
        }
      }
    }
    Files.deleteIfExists(path);
  }
}
