package run.mags.local;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * State directories for backends that keep nothing. A backend removes its own at its end; one that
 * was killed cannot, so that whoever makes the next one does.
 */
public final class TemporaryState {
  private static final String PREFIX = "mags-local-";

  private TemporaryState() {}

  /**
   * A fresh directory for its owner only.
   *
   * @throws IOException if it cannot be made
   */
  public static Path create() throws IOException {
    Path fresh = Files.createTempDirectory(PREFIX);
    removeLeftovers(fresh.getParent());
    return fresh;
  }

  /**
   * Removes what backends of this user left in {@code directory} whose process is gone. Those of
   * other users cannot be looked into, and one that has not said yet which process it is may be
   * about to start.
   */
  static void removeLeftovers(Path directory) throws IOException {
    try (DirectoryStream<Path> states = Files.newDirectoryStream(directory, PREFIX + "*")) {
      for (Path state : states) {
        if (ServerFile.read(state).filter(backend -> !backend.processAlive()).isPresent()) {
          remove(state);
        }
      }
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
