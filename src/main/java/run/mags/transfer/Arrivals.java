package run.mags.transfer;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.error.FileReason;

/**
 * What comes out of a sandbox, gathered in a directory of its own. The sandbox is not trusted: only
 * what lies in directories that were made here is taken, nothing is written through a link, and a
 * name that leads elsewhere is skipped.
 */
final class Arrivals implements TarParser.Taker {
  private final Path stage;
  private final String top;
  private final boolean single;
  private final Tally tally;
  private final Set<String> made = new HashSet<>();
  private final List<TarEntry> directories = new ArrayList<>();
  private OutputStream out;
  private TarEntry current;
  private Path currentPath;
  private String currentName;

  /**
   * Nothing yet.
   *
   * @param stage an empty directory that only its user may enter
   * @param top the name of what comes; {@code .} if it is only what is in a directory
   * @param single whether it is one file
   */
  Arrivals(Path stage, String top, boolean single, Tally tally) {
    this.stage = stage;
    this.top = top;
    this.single = single;
    this.tally = tally;
    made.add("");
  }

  @Override
  public boolean begin(TarEntry entry) throws IOException {
    String name = name(entry.path());
    if (name == null) {
      tally.skip(entry.path(), EntryPath.IMPOSSIBLE);
      return false;
    }
    if (name.isEmpty()) {
      return false;
    }
    try {
      return begin(entry, name, stage.resolve(name));
    } catch (InvalidPathException notHere) {
      tally.skip(entry.path(), EntryPath.IMPOSSIBLE);
    } catch (UnsupportedOperationException noLinks) {
      tally.skip(entry.path(), "links are not possible here");
    } catch (IOException failed) {
      if (isFull(failed)) {
        throw stopped(entry.path(), failed);
      }
      tally.skip(entry.path(), FileReason.of(failed));
    }
    return false;
  }

  private boolean begin(TarEntry entry, String name, Path path) throws IOException {
    if (!made.contains(parent(name))) {
      tally.skip(entry.path(), "it is in no directory that was copied");
      return false;
    }
    switch (entry.type()) {
      case FILE -> {
        out = Files.newOutputStream(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        current = entry;
        currentName = name;
        currentPath = path;
        return true;
      }
      case DIRECTORY -> {
        Files.createDirectory(path);
        made.add(name);
        directories.add(
            new TarEntry(TarEntry.Type.DIRECTORY, name, "", entry.mode(), entry.modified(), 0));
      }
      case SYMBOLIC_LINK -> {
        Files.createSymbolicLink(path, path.getFileSystem().getPath(entry.target()));
        tally.placed(1, 0);
      }
      case HARD_LINK -> link(entry, path);
      case OTHER -> tally.skip(entry.path(), LocalWalk.SPECIAL);
    }
    return false;
  }

  private void link(TarEntry entry, Path path) throws IOException {
    String target = name(entry.target());
    boolean there =
        target != null
            && made.contains(parent(target))
            && Files.isRegularFile(stage.resolve(target), LinkOption.NOFOLLOW_LINKS);
    if (there) {
      Files.createLink(path, stage.resolve(target));
      tally.placed(1, 0);
    } else {
      tally.skip(entry.path(), "it is a link to something that was not copied");
    }
  }

  /** The path below the stage; null if it has none there. */
  private String name(String path) {
    List<String> parts = EntryPath.parts(path);
    if (parts == null || (single && parts.size() != 1)) {
      return null;
    }
    if (single) {
      return top;
    }
    String below = String.join("/", parts);
    return top.equals(".") ? below : below.isEmpty() ? top : top + "/" + below;
  }

  private static String parent(String name) {
    return name.substring(0, Math.max(0, name.lastIndexOf('/')));
  }

  @Override
  public void data(byte[] bytes, int offset, int count) throws IOException {
    try {
      out.write(bytes, offset, count);
    } catch (IOException failed) {
      throw stopped(currentName, failed);
    }
    tally.moved(currentName, count);
  }

  @Override
  public void end() throws IOException {
    try {
      out.close();
      LocalAttributes.set(currentPath, current.mode(), current.modified());
    } catch (IOException failed) {
      throw stopped(currentName, failed);
    }
    out = null;
    tally.placed(1, current.size());
  }

  @Override
  public void unnameable(String shown) {
    tally.skip(shown, EntryPath.IMPOSSIBLE);
  }

  static boolean isFull(IOException failure) {
    String reason =
        failure instanceof FileSystemException file ? file.getReason() : failure.getMessage();
    return reason != null
        && (reason.contains("No space left")
            || reason.contains("quota")
            || reason.contains("not enough space"));
  }

  static CopyStopped stopped(String name, IOException failure) {
    return new CopyStopped(
        new CliException(
            ErrorKind.FILE,
            "cannot write " + name + ": " + FileReason.of(failure),
            isFull(failure) ? "make room, then run the same command again" : null,
            failure));
  }

  /** Lets go of what is half there. */
  void close() {
    if (out != null) {
      try {
        out.close();
      } catch (IOException neverMind) {
        // It is removed with everything else.
      }
    }
  }

  /** The directory of a path below {@code directory} if no link leads there, else null. */
  Path realParent(Path directory, String path) {
    Path at = directory;
    List<String> parts = EntryPath.parts(path);
    for (String part : parts.subList(0, parts.size() - 1)) {
      at = at.resolve(part);
      if (!Files.isDirectory(at, LinkOption.NOFOLLOW_LINKS)) {
        return null;
      }
    }
    return at;
  }

  /** Gives directories their modes and times, each after those that are in it. */
  void finish(Path directory) {
    Collections.reverse(directories);
    for (TarEntry entry : directories) {
      Path parent = realParent(directory, entry.path());
      Path path = directory.resolve(entry.path());
      if (parent != null && Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
        try {
          LocalAttributes.set(path, entry.mode(), entry.modified());
        } catch (IOException refused) {
          tally.skip(path.toString(), "its mode and time: " + FileReason.of(refused));
        }
      }
    }
  }
}
