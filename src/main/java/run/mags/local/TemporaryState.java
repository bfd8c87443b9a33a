package run.mags.local;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * State directories for backends that keep nothing. A backend removes its own at its end; one that
 * was killed cannot, so that whoever makes the next one does.
 */
public final class TemporaryState {
  private static final String PREFIX = "mags-local-";
  private static final Duration LONGEST_START = Duration.ofMinutes(10);

  private TemporaryState() {}

  /** The same below the JVM's own directory for what is temporary. */
  static Path create() throws IOException {
    return create(Path.of(System.getProperty("java.io.tmpdir")));
  }

  /**
   * A fresh directory for its owner only; what killed backends left beside it goes.
   *
   * @throws IOException if it cannot be made
   */
  public static Path create(Path parent) throws IOException {
    Path fresh = Files.createTempDirectory(parent, PREFIX);
    removeLeftovers(fresh.getParent());
    return fresh;
  }

  /**
   * Removes what backends of this user left in {@code directory} whose process is gone. Those of
   * other users cannot be looked into, and one that has not said which process it is may be about
   * to start for some time.
   */
  static void removeLeftovers(Path directory) throws IOException {
    try (DirectoryStream<Path> states = Files.newDirectoryStream(directory, PREFIX + "*")) {
      for (Path state : states) {
        if (isLeftover(state)) {
          remove(state);
        }
      }
    }
  }

  private static boolean isLeftover(Path state) {
    Optional<RunningBackend> told = ServerFile.read(state);
    return told.isPresent() ? !told.get().processAlive() : isOld(state);
  }

  /** Nothing starts that long: whoever made it died before it was told of. */
  private static boolean isOld(Path state) {
    try {
      Instant touched = Files.getLastModifiedTime(state).toInstant();
      return StateDirectory.isState(state)
          && touched.isBefore(Instant.now().minus(LONGEST_START))
          && StateDirectory.heldBy(state).isEmpty();
    } catch (IOException notOurs) {
      return false;
    }
  }

  private static void remove(Path state) {
    try {
      OwnerOnly.removeTree(state);
    } catch (IOException inTheWay) {
      // Another one removes it at the same time, or it is not ours: nobody waits for it.
    }
  }
}
