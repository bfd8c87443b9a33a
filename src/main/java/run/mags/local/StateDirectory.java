package run.mags.local;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;
import java.util.Set;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.error.FileReason;

/**
 * The one directory in which a backend keeps everything, held by one backend at a time.
 *
 * <p>The lock is the kernel's and goes away with the process, however it ends. It belongs to the
 * process and is lost as soon as any descriptor of the file is closed there, so nothing else in
 * this program may open {@link #LOCK}; it holds the number of the process that has it.
 */
final class StateDirectory implements AutoCloseable {
  /** The lock file; a directory without it was not made by a backend. */
  static final String LOCK = "mags-local.lock";

  private static final int LOCK_TRIES = 25;
  private static final long LOCK_PAUSE_MS = 20;

  private final Path path;
  private final FileChannel lock;

  private StateDirectory(Path path, FileChannel lock) {
    this.path = path;
    this.lock = lock;
  }

  /**
   * Takes a state directory, making it if it is not there.
   *
   * @throws CliException if another backend holds it, it cannot be written, or it is a directory
   *     with other things in it
   */
  static StateDirectory take(Path path) {
    try {
      prepare(path);
      FileChannel channel =
          OwnerOnly.open(
              path.resolve(LOCK),
              Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
      if (!lockSoon(channel)) {
        Long holder = holder(channel);
        channel.close();
        throw taken(path, holder);
      }
      writeHolder(channel);
      return new StateDirectory(path, channel);
    } catch (IOException e) {
      throw unusable(path, e);
    }
  }

  /** The failure of a state directory that cannot be read or written. */
  static CliException unusable(Path path, IOException cause) {
    return new CliException(
        ErrorKind.LOCAL_BACKEND,
        "the state directory " + path + " cannot be used: " + reason(cause),
        "make room there, make it writable for you, or choose another with --state DIR",
        cause);
  }

  /** Makes the directory if need be and sees to it that only its owner may enter it. */
  static void prepare(Path path) throws IOException {
    OwnerOnly.directory(path);
    if (Files.getPosixFilePermissions(path).equals(OwnerOnly.DIRECTORY)) {
      return;
    }
    if (!isState(path) && !isEmpty(path)) {
      throw new FileSystemException(
          path.toString(), null, "it has other files in it and is open to other users");
    }
    Files.setPosixFilePermissions(path, OwnerOnly.DIRECTORY);
  }

  /** Whether a backend has made this directory its own. */
  static boolean isState(Path path) {
    return Files.exists(path.resolve(LOCK));
  }

  /** What went wrong with a file, in a few words. */
  static String reason(IOException failure) {
    if (failure instanceof java.nio.file.FileAlreadyExistsException) {
      return "it is not a directory";
    }
    return FileReason.of(failure);
  }

  private static boolean isEmpty(Path path) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
      return !entries.iterator().hasNext();
    }
  }

  /** A killed backend holds its lock until the kernel has cleared it away. */
  private static boolean lockSoon(FileChannel channel) throws IOException {
    for (int tries = 1; !lock(channel); tries++) {
      if (tries == LOCK_TRIES) {
        return false;
      }
      try {
        Thread.sleep(LOCK_PAUSE_MS);
      } catch (InterruptedException interrupt) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return true;
  }

  // The lock lives as long as its channel, which the state directory owns.
  @SuppressWarnings("MustBeClosedChecker")
  private static boolean lock(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException heldHere) {
      return false;
    }
  }

  private static void writeHolder(FileChannel channel) throws IOException {
    channel.truncate(0);
    String pid = ProcessHandle.current().pid() + "\n";
    channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)), 0);
  }

  /** The process that holds the lock; null if it has not said. */
  private static Long holder(FileChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(32);
    channel.read(bytes, 0);
    String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII);
    try {
      return Long.valueOf(text.strip());
    } catch (NumberFormatException notYet) {
      return null;
    }
  }

  /**
   * The process of the backend that holds the directory, as far as it has said: 0 if it has not.
   * Empty if none does. Not to be called in that process: its lock would be lost.
   */
  static OptionalLong heldBy(Path path) throws IOException {
    if (!isState(path)) {
      return OptionalLong.empty();
    }
    try (FileChannel channel =
        FileChannel.open(path.resolve(LOCK), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      if (lock(channel)) {
        return OptionalLong.empty();
      }
      Long holder = holder(channel);
      return OptionalLong.of(holder == null ? 0 : holder);
    }
  }

  private static CliException taken(Path path, Long process) {
    String holder = process == null ? "" : " (process " + process + ")";
    return new CliException(
        ErrorKind.LOCAL_BACKEND,
        "another local backend uses the state directory " + path + holder,
        "use that one, stop it with 'mags local stop', or choose another with --state DIR");
  }

  /** The directory itself. */
  Path path() {
    return path;
  }

  /** A directory in it, made 0700 if it is not there. */
  Path directory(String name) throws IOException {
    return OwnerOnly.directory(path.resolve(name));
  }

  /** Gives the directory free for the next backend. */
  @Override
  public void close() throws IOException {
    lock.close();
  }
}
