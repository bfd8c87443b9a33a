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
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.error.FileReason;

/**
 * The one directory in which a backend keeps everything, held by one backend at a time.
 *
 * <p>The lock is the kernel's and goes away with the process, however it ends. It belongs to the
 * process and is lost as soon as any descriptor of the file is closed there, so nothing else in
 * this program may open {@link #LOCK}; it holds the number of the process that has it, and how far
 * that has come, so that one that is still starting is not taken for one that hangs.
 */
final class StateDirectory implements AutoCloseable {
  /** The lock file; a directory without it was not made by a backend. */
  static final String LOCK = "mags-local.lock";

  /** How far the process that holds a directory has come. */
  enum Phase {
    /** It opens what is there, and does not answer yet. */
    STARTING,
    /** It has told clients where it is. */
    READY,
    /** It takes its sandboxes away, and answers no more. */
    STOPPING,
    /** It has not said. */
    UNKNOWN
  }

  /**
   * Who holds a directory.
   *
   * @param pid the process, or 0 if it has not said
   * @param phase how far it has come
   */
  record Holder(long pid, Phase phase) {
    /** Whether something is under way, so that it pays to wait: a start, an end, or its death. */
    boolean isMoving() {
      if (pid == 0 || phase == Phase.STARTING || phase == Phase.STOPPING) {
        return true;
      }
      Optional<ProcessHandle> process = ProcessHandle.of(pid);
      return process.isEmpty() || !process.get().isAlive();
    }
  }

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
        Holder holder = holder(channel);
        channel.close();
        throw taken(path, holder.pid());
      }
      StateDirectory taken = new StateDirectory(path, channel);
      taken.tell(Phase.STARTING);
      return taken;
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

  /**
   * Tells whoever waits for this directory how far its holder has come.
   *
   * @throws IOException if it cannot be written
   */
  void tell(Phase phase) throws IOException {
    String text =
        ProcessHandle.current().pid() + " " + phase.name().toLowerCase(Locale.ROOT) + "\n";
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    int length = bytes.remaining();
    lock.write(bytes, 0);
    lock.truncate(length);
  }

  /** What the holder of the lock says of itself. */
  private static Holder holder(FileChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(64);
    channel.read(bytes, 0);
    String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII);
    String[] words = text.strip().split(" ", -1);
    try {
      Phase phase = Phase.UNKNOWN;
      for (Phase known : Phase.values()) {
        // Builds of before wrote the number alone.
        if (words.length > 1 && known.name().toLowerCase(Locale.ROOT).equals(words[1])) {
          phase = known;
        }
      }
      return new Holder(Long.parseLong(words[0]), phase);
    } catch (NumberFormatException notYet) {
      return new Holder(0, Phase.UNKNOWN);
    }
  }

  /**
   * The process of the backend that holds the directory, as far as it has said. Empty if none does.
   * Not to be called in that process: its lock would be lost.
   */
  static Optional<Holder> heldBy(Path path) throws IOException {
    if (!isState(path)) {
      return Optional.empty();
    }
    try (FileChannel channel =
        FileChannel.open(path.resolve(LOCK), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return lock(channel) ? Optional.empty() : Optional.of(holder(channel));
    }
  }

  private static CliException taken(Path path, long process) {
    String holder = process == 0 ? "" : " (process " + process + ")";
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
