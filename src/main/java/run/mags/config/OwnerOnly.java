package run.mags.config;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;
import java.util.UUID;

/**
 * Files and directories that only their owner can read, from the moment they exist. Where the file
 * system has no POSIX permissions (Windows) the directory's own access rules stand.
 */
public final class OwnerOnly {
  private static final boolean POSIX =
      FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

  private OwnerOnly() {}

  /** Creates a directory 0700 and what is missing above it; one that exists stays as it is. */
  public static void createDirectories(Path directory) throws IOException {
    if (Files.isDirectory(directory)) {
      return;
    }
    Path parent = directory.toAbsolutePath().getParent();
    if (parent != null && !Files.isDirectory(parent)) {
      createDirectories(parent);
    }
    Files.createDirectories(directory, permissions("rwx------"));
  }

  /**
   * Whether {@code path} is a file or directory itself, no link, that belongs to whoever runs this
   * and gives others no more than {@code mode} allows, such as {@code r-xr-x} for group and others.
   * True where the file system has no POSIX permissions.
   *
   * @throws IOException if it is not there, or it cannot be found out who runs this
   */
  public static boolean isOurs(Path path, String mode) throws IOException {
    if (!POSIX) {
      return true;
    }
    PosixFileAttributes found =
        Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    return !found.isSymbolicLink()
        && PosixFilePermissions.fromString("rwx" + mode).containsAll(found.permissions())
        && found.owner().equals(us());
  }

  /** Linux has the process itself as a file of its user. */
  private static UserPrincipal us() throws IOException {
    Path self = Path.of("/proc/self/");
    if (Files.exists(self)) {
      return Files.getOwner(self);
    }
    String name = System.getProperty("user.name");
    return FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName(name);
  }

  /** Creates a new file 0600 to write to; it must not exist. */
  public static OutputStream create(Path file) throws IOException {
    return Channels.newOutputStream(open(file));
  }

  /**
   * Creates a file 0600 with this content, unless there is one; whoever finds it finds all of it.
   */
  public static void createWhole(Path file, String content) throws IOException {
    Path fresh = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID());
    replace(fresh, content);
    try {
      Files.createLink(file, fresh);
    } catch (FileAlreadyExistsException thereAlready) {
      // Another process was faster.
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  /**
   * Puts a file with this content in the place of {@code file} in one step. The content is on disk
   * before the step. A link is followed, so that the file it points to is the one replaced.
   */
  public static void replace(Path file, String content) throws IOException {
    replace(file, content.getBytes(StandardCharsets.UTF_8), false);
  }

  /** The same for a file of somebody else's making, which keeps its permissions. */
  public static void rewrite(Path file, byte[] content) throws IOException {
    replace(file, content, true);
  }

  private static void replace(Path file, byte[] content, boolean keepMode) throws IOException {
    Path target = Files.isSymbolicLink(file) ? file.toRealPath() : file;
    Path fresh = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID());
    try {
      try (FileChannel channel = open(fresh)) {
        ByteBuffer bytes = ByteBuffer.wrap(content);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      if (keepMode && POSIX && Files.exists(target)) {
        Files.setPosixFilePermissions(fresh, Files.getPosixFilePermissions(target));
      }
      move(fresh, target);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(
        file,
        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
        permissions("rw-------"));
  }

  private static void move(Path fresh, Path target) throws IOException {
    try {
      Files.move(
          fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException notHere) {
      Files.move(fresh, target, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static FileAttribute<?>[] permissions(String mode) {
    return POSIX
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))
        }
        : new FileAttribute<?>[0];
  }
}
