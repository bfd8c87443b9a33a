package run.mags.local.sandbox;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The directory of a sandbox's own, for run-time things, marked so that no other is taken for it.
 */
final class OwnDirectory {
  private static final String MARK = "sandbox";

  private OwnDirectory() {}

  /**
   * Makes the directory, or empties it when a sandbox had it before.
   *
   * @throws IOException when it holds other files
   */
  static void claim(Path directory) throws IOException {
    discard(directory);
    DirectoryTree.createPrivate(directory);
    DirectoryTree.createPrivateFile(directory.resolve(MARK));
  }

  /**
   * Removes it; nothing there is fine.
   *
   * @throws IOException when it holds other files
   */
  static void discard(Path directory) throws IOException {
    refuseForeign(directory);
    DirectoryTree.delete(directory);
  }

  private static void refuseForeign(Path directory) throws IOException {
    if (!Files.isDirectory(directory) || Files.exists(directory.resolve(MARK))) {
      return;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      if (entries.iterator().hasNext()) {
        throw new IOException(directory + " holds files that are not a sandbox's");
      }
    }
  }
}
