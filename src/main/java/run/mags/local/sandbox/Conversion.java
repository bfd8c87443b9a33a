package run.mags.local.sandbox;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Makes an overlay's layers a flat tree, and a flat tree an upper directory (source: the kernel's
 * overlayfs document, with {@code userxattr}): a file that is deleted above is a character device
 * 0/0, a directory that hides what is beneath has the attribute {@code user.overlay.opaque}.
 */
final class Conversion {
  private static final String OWN_ATTRIBUTES = "overlay.";
  private static final String OPAQUE = "overlay.opaque";
  private static final int TYPE = 0170000;
  private static final int CHARACTER_DEVICE = 0020000;

  /** How many files one command makes. */
  private static final int AT_ONCE = 500;

  private final Tools tools;

  Conversion(Tools tools) {
    this.tools = tools;
  }

  /**
   * Writes what an overlay shows.
   *
   * @param layers topmost first, the image last
   * @param target not there yet; there completely or not at all afterwards
   */
  void flatten(List<Path> layers, Path target) throws IOException {
    Path unfinished = target.resolveSibling(target.getFileName() + ".flat");
    DirectoryTree.delete(unfinished);
    DirectoryTree.copy(tools, layers.get(layers.size() - 1), unfinished);
    for (int i = layers.size() - 2; i >= 0; i--) {
      Path layer = layers.get(i);
      Files.walkFileTree(layer, new Clearing(layer, unfinished));
      DirectoryTree.run(List.of(tools.need("cp"), "-a", "--", layer + "/.", unfinished.toString()));
      Files.walkFileTree(layer, new Cleaning(layer, unfinished));
    }
    Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
  }

  /**
   * Writes the upper directory that shows a tree again when it is laid over an image.
   *
   * @param target not there yet; there completely or not at all afterwards
   */
  void raise(Path tree, Path image, Path target) throws IOException {
    Path unfinished = target.resolveSibling(target.getFileName() + ".raised");
    DirectoryTree.delete(unfinished);
    DirectoryTree.copy(tools, tree, unfinished);
    List<String> deleted = new ArrayList<>();
    Files.walkFileTree(
        image,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
            Path above = unfinished.resolve(image.relativize(path));
            note(above);
            return Files.isDirectory(above, LinkOption.NOFOLLOW_LINKS)
                ? FileVisitResult.CONTINUE
                : FileVisitResult.SKIP_SUBTREE;
          }

          @Override
          public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
            note(unfinished.resolve(image.relativize(path)));
            return FileVisitResult.CONTINUE;
          }

          private void note(Path above) {
            if (!Files.exists(above, LinkOption.NOFOLLOW_LINKS)) {
              deleted.add(above.toString());
            }
          }
        });
    for (int i = 0; i < deleted.size(); i += AT_ONCE) {
      List<String> command =
          new ArrayList<>(
              List.of(
                  tools.need("sh"),
                  "-c",
                  "for f do \"$0\" \"$f\" c 0 0 || exit; done",
                  tools.need("mknod")));
      command.addAll(deleted.subList(i, Math.min(deleted.size(), i + AT_ONCE)));
      DirectoryTree.run(command);
    }
    Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Takes away what a layer replaces or deletes. */
  private static final class Clearing extends SimpleFileVisitor<Path> {
    private final Path layer;
    private final Path target;

    Clearing(Path layer, Path target) {
      this.layer = layer;
      this.target = target;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes)
        throws IOException {
      Path below = target.resolve(layer.relativize(path));
      if (!Files.exists(below, LinkOption.NOFOLLOW_LINKS)) {
        return FileVisitResult.SKIP_SUBTREE;
      }
      if (!Files.isDirectory(below, LinkOption.NOFOLLOW_LINKS)
          || attributes(path).contains(OPAQUE)) {
        DirectoryTree.delete(below);
        return FileVisitResult.SKIP_SUBTREE;
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) throws IOException {
      DirectoryTree.delete(target.resolve(layer.relativize(path)));
      return FileVisitResult.CONTINUE;
    }
  }

  /** Takes away the marks that were copied with a layer. */
  private static final class Cleaning extends SimpleFileVisitor<Path> {
    private final Path layer;
    private final Path target;

    Cleaning(Path layer, Path target) {
      this.layer = layer;
      this.target = target;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes)
        throws IOException {
      unmark(path);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) throws IOException {
      if (attributes.isRegularFile()) {
        unmark(path);
      } else if (isDeletion(path)) {
        Files.deleteIfExists(target.resolve(layer.relativize(path)));
      }
      return FileVisitResult.CONTINUE;
    }

    private void unmark(Path path) throws IOException {
      Path copy = target.resolve(layer.relativize(path));
      for (String name : attributes(path)) {
        if (name.startsWith(OWN_ATTRIBUTES)) {
          Files.getFileAttributeView(copy, UserDefinedFileAttributeView.class).delete(name);
        }
      }
    }
  }

  private static List<String> attributes(Path path) throws IOException {
    UserDefinedFileAttributeView view =
        Files.getFileAttributeView(path, UserDefinedFileAttributeView.class);
    return view == null ? List.of() : view.list();
  }

  /** Whether a file stands for a deleted one. */
  static boolean isDeletion(Path path) throws IOException {
    Map<String, Object> attributes =
        Files.readAttributes(path, "unix:mode,rdev", LinkOption.NOFOLLOW_LINKS);
    return ((Integer) attributes.get("mode") & TYPE) == CHARACTER_DEVICE
        && ((Long) attributes.get("rdev")) == 0;
  }
}
