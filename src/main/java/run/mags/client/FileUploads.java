package run.mags.client;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;

/** Files that are sent before a job, to be found in its {@code /root} by their base names. */
public final class FileUploads {
  private FileUploads() {}

  /**
   * Checks files before anything is sent.
   *
   * @throws CliException (FILE) unless every path is a file that can be read, with a base name of
   *     its own
   */
  public static void check(List<Path> files) {
    Set<String> names = new HashSet<>();
    for (Path file : files) {
      if (!Files.exists(file)) {
        throw wrong("no such file: " + file);
      }
      if (Files.isDirectory(file)) {
        throw wrong(file + " is a directory; -f sends single files");
      }
      if (!Files.isRegularFile(file)) {
        throw wrong(file + " is a pipe or a device; -f sends files");
      }
      if (!Files.isReadable(file)) {
        throw wrong("cannot read " + file + ": permission denied");
      }
      if (!names.add(file.getFileName().toString())) {
        throw wrong("two files are named " + file.getFileName() + "; in /root they would collide");
      }
    }
  }

  private static CliException wrong(String message) {
    return new CliException(ErrorKind.FILE, message, "nothing was sent");
  }

  /** Takes how far the sending of a file has come, from several threads at once. */
  public interface Progress {
    /**
     * So much was handed to the network.
     *
     * @param file the file
     * @param sent bytes so far; goes back to 0 when the sending is tried again
     * @param total bytes in all
     */
    void sent(Path file, long sent, long total);
  }
}
