package run.mags.transfer;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import run.mags.error.FileReason;

/**
 * Goes through files and directories here, a directory before what is in it. Symbolic links are
 * followed where they were named, and kept where they were found.
 */
final class LocalWalk implements AutoCloseable {
  /** What there is beyond files, directories and links cannot be copied. */
  static final String SPECIAL = "not a file, a directory or a symbolic link";

  private final Iterator<Source> sources;
  private final Tally tally;
  private final Deque<Level> levels = new ArrayDeque<>();

  /**
   * What is to be copied under another name.
   *
   * @param name its path at the destination; {@code .} for what is in a directory
   */
  record Source(Path path, String name) {}

  /** Something on the way. */
  record Found(Path path, String name, BasicFileAttributes attributes) {
    int mode() {
      if (!(attributes instanceof PosixFileAttributes posix)) {
        return attributes.isDirectory() ? 0755 : 0644;
      }
      return LocalAttributes.mode(posix.permissions());
    }

    long modified() {
      return Math.floorDiv(attributes.lastModifiedTime().toMillis(), 1000L);
    }
  }

  private record Level(DirectoryStream<Path> stream, Iterator<Path> children, Found directory) {}

  /**
   * A walk that has not begun.
   *
   * @param tally is told of what cannot be read; null to tell nobody
   */
  LocalWalk(List<Source> sources, Tally tally) {
    this.sources = sources.iterator();
    this.tally = tally;
  }

  /** The next one; null at the end. */
  Found next() {
    while (true) {
      Path path = null;
      String name;
      boolean named = levels.isEmpty();
      if (named) {
        if (!sources.hasNext()) {
          return null;
        }
        Source source = sources.next();
        path = source.path();
        name = source.name();
      } else {
        Level level = levels.peek();
        path = child(level);
        if (path == null) {
          continue;
        }
        name = level.directory().name() + "/" + path.getFileName();
      }
      Found found = look(path, name, named);
      if (found != null) {
        return found;
      }
    }
  }

  private Path child(Level level) {
    try {
      if (level.children().hasNext()) {
        return level.children().next();
      }
    } catch (DirectoryIteratorException unreadable) {
      skip(level.directory().path(), FileReason.of(unreadable.getCause()));
    }
    close(levels.pop());
    return null;
  }

  private Found look(Path path, String name, boolean follow) {
    try {
      Found found = new Found(path, name, attributes(path, follow));
      if (found.attributes().isOther()) {
        skip(path, SPECIAL);
        return null;
      }
      if (found.attributes().isDirectory()) {
        enter(found);
      }
      return found;
    } catch (IOException unreadable) {
      skip(path, FileReason.of(unreadable));
      return null;
    }
  }

  /** A directory that cannot be read is left out as a whole, lest an empty one look like it. */
  @SuppressWarnings("StreamResourceLeak") // It is closed when its level is left.
  private void enter(Found directory) throws IOException {
    DirectoryStream<Path> stream = Files.newDirectoryStream(directory.path());
    levels.push(new Level(stream, stream.iterator(), directory));
  }

  static BasicFileAttributes attributes(Path path, boolean follow) throws IOException {
    LinkOption[] options =
        follow ? new LinkOption[0] : new LinkOption[] {LinkOption.NOFOLLOW_LINKS};
    try {
      return Files.readAttributes(path, PosixFileAttributes.class, options);
    } catch (UnsupportedOperationException noPermissionsHere) {
      return Files.readAttributes(path, BasicFileAttributes.class, options);
    }
  }

  private void skip(Path path, String reason) {
    if (tally != null) {
      tally.skip(path.toString(), reason);
    }
  }

  private static void close(Level level) {
    try {
      level.stream().close();
    } catch (IOException neverMind) {
      // It was only read.
    }
  }

  @Override
  public void close() {
    levels.forEach(LocalWalk::close);
    levels.clear();
  }
}
