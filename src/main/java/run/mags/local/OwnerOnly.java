package run.mags.local;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Files and directories that only their owner may touch: made 0600 and 0700, never widened for a
 * moment.
 */
final class OwnerOnly {
  /** 0700. */
  static final Set<PosixFilePermission> DIRECTORY = PosixFilePermissions.fromString("rwx------");

  private static final FileAttribute<?> DIRECTORY_MODE =
      PosixFilePermissions.asFileAttribute(DIRECTORY);
  private static final FileAttribute<?> FILE_MODE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private static final String NEW = ".new";
  private static final String HALF = ".";

  private OwnerOnly() {}

  /** Makes a directory 0700, with missing parents; one that is there stays as it is. */
  static Path directory(Path directory) throws IOException {
    Files.createDirectories(directory, DIRECTORY_MODE);
    return directory;
  }

  /** Opens a file, making it 0600 if it is not there and {@code options} ask for that. */
  static FileChannel open(Path file, Set<? extends OpenOption> options) throws IOException {
    return FileChannel.open(file, options, FILE_MODE);
  }

  /** Makes an empty file 0600, in place of one that is there. */
  static void createEmpty(Path file) throws IOException {
    Files.deleteIfExists(file);
    Files.createFile(file, FILE_MODE);
  }

  /**
   * Gives a file new content in one step: whoever reads it sees the old or the new one whole, and
   * so does the next start after a crash.
   */
  static void replace(Path file, byte[] content) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + NEW);
    Files.deleteIfExists(fresh);
    try (FileChannel channel =
        open(fresh, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE))) {
      ByteBuffer left = ByteBuffer.wrap(content);
      while (left.hasRemaining()) {
        channel.write(left);
      }
    } catch (IOException notWritten) {
      // On a full disk even half a file is in the way of others.
      Files.deleteIfExists(fresh);
      throw notWritten;
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Removes from a directory what a crash left of {@link #replace} and {@link #half}. */
  static void removeHalves(Path directory) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        String name = entry.getFileName().toString();
        if (name.startsWith(HALF) || name.endsWith(NEW)) {
          removeTree(entry);
        }
      }
    }
  }

  /** Makes a directory that is not complete yet; it gets its name by a move when it is. */
  static Path half(Path directory) throws IOException {
    return directory(directory.resolveSibling(HALF + directory.getFileName()));
  }

  /**
   * Removes a tree without following links; directories without permissions, as an overlay's work
   * directory has them, are opened first. A tree that is not there is fine.
   */
  static void removeTree(Path tree) throws IOException {
    try {
      Files.walkFileTree(tree, new Removal());
    } catch (NoSuchFileException gone) {
      // What has to be gone is gone.
    }
  }

  private static final class Removal extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
        throws IOException {
      Files.setPosixFilePermissions(directory, DIRECTORY);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
      if (failure instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE;
      }
      // A directory that could not be read: walkFileTree opens it before preVisitDirectory.
      if (!Files.isDirectory(file, java.nio.file.LinkOption.NOFOLLOW_LINKS)
          || Files.isReadable(file)) {
        throw failure;
      }
      Files.setPosixFilePermissions(file, DIRECTORY);
      Files.walkFileTree(file, this);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, IOException failure)
        throws IOException {
      if (failure != null) {
        throw failure;
      }
      Files.deleteIfExists(directory);
      return FileVisitResult.CONTINUE;
    }
  }
}
