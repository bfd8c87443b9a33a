package run.mags.local.sandbox;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A claim on a directory, by one holder alone or by several together, among all processes of this
 * machine. It ends with {@link #close} or with this process, however that dies.
 *
 * <p>The lock file is {@code .locks/NAME} beside the directory {@code NAME}, so that it outlives a
 * directory that is deleted and made anew. The kernel keeps such locks per process and file, not
 * per open file: everything in this process that claims one directory has to share one channel,
 * hence the table.
 */
final class Lease implements AutoCloseable {
  private static final Map<Path, Claim> CLAIMS = new HashMap<>();

  private static final class Claim {
    private final FileChannel channel;
    private final boolean alone;
    private int holders = 1;
    private int passing;

    Claim(FileChannel channel, boolean alone) {
      this.channel = channel;
      this.alone = alone;
    }
  }

  private final Path file;
  private final boolean passing;
  private boolean closed;

  private Lease(Path file, boolean passing) {
    this.file = file;
    this.passing = passing;
  }

  /**
   * Claims {@code directory} for this holder alone; empty when anybody else has a claim. One that
   * is only {@link #passing} is waited for.
   */
  static Optional<Lease> alone(Path directory) throws IOException {
    return claim(directory, true, false);
  }

  /** Claims {@code directory} beside others; empty when somebody has it alone. */
  static Optional<Lease> shared(Path directory) throws IOException {
    return claim(directory, false, false);
  }

  /** The same for as long as it takes to copy it. */
  static Optional<Lease> passing(Path directory) throws IOException {
    return claim(directory, false, true);
  }

  private static Optional<Lease> claim(Path directory, boolean alone, boolean passing)
      throws IOException {
    Path locks = directory.resolveSibling(".locks");
    DirectoryTree.createPrivate(locks);
    Path file = locks.toRealPath().resolve(directory.getFileName().toString());
    synchronized (CLAIMS) {
      Claim claim = CLAIMS.get(file);
      while (alone && claim != null && claim.passing == claim.holders) {
        await();
        claim = CLAIMS.get(file);
      }
      if (claim != null && (alone || claim.alone)) {
        return Optional.empty();
      }
      if (claim != null) {
        claim.holders++;
      } else {
        Optional<FileChannel> channel = lock(file, alone);
        if (channel.isEmpty()) {
          return Optional.empty();
        }
        claim = new Claim(channel.get(), alone);
        CLAIMS.put(file, claim);
      }
      claim.passing += passing ? 1 : 0;
      return Optional.of(new Lease(file, passing));
    }
  }

  private static void await() throws IOException {
    try {
      CLAIMS.wait();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while another sandbox copies a workspace", e);
    }
  }

  private static Optional<FileChannel> lock(Path file, boolean alone) throws IOException {
    if (!Files.exists(file)) {
      DirectoryTree.createPrivateFile(file);
    }
    FileChannel channel =
        FileChannel.open(file, Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE));
    FileLock lock = null;
    try {
      lock = channel.tryLock(0, Long.MAX_VALUE, !alone);
    } finally {
      if (lock == null) {
        channel.close();
      }
    }
    return Optional.ofNullable(lock).map(held -> channel);
  }

  /** Removes the lock file of a directory that is claimed alone and will never be there again. */
  void forgetFile() throws IOException {
    Files.deleteIfExists(file);
  }

  @Override
  public void close() {
    synchronized (CLAIMS) {
      if (closed) {
        return;
      }
      closed = true;
      Claim claim = CLAIMS.get(file);
      claim.holders--;
      claim.passing -= passing ? 1 : 0;
      CLAIMS.notifyAll();
      if (claim.holders == 0) {
        CLAIMS.remove(file);
        try {
          claim.channel.close();
        } catch (IOException e) {
          // The descriptor is gone all the same, and the lock with it.
        }
      }
    }
  }
}
