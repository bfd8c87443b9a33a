package run.mags.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * What a backend in the background writes: one owner-only file per start, the one before it kept
 * beside it.
 *
 * @param file where
 */
record DaemonLog(Path file) {
  /** The name of its file. */
  static final String NAME = "backend.log";

  private static final int SHOWN_LINES = 5;

  /** Begins a log for a new start. */
  static DaemonLog begin(Path state) throws IOException {
    Path file = state.resolve(NAME);
    if (Files.exists(file)) {
      Files.move(file, state.resolve(NAME + ".old"), StandardCopyOption.REPLACE_EXISTING);
    }
    OwnerOnly.createEmpty(file);
    return new DaemonLog(file);
  }

  /** Its last lines, as a hint after a failed start. */
  String lastLines() {
    try {
      List<String> lines =
          new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
              .lines()
              .filter(line -> !line.isBlank())
              .toList();
      String last =
          String.join(" | ", lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size()));
      return last.isEmpty() ? "it said nothing in " + file : "it said: " + last;
    } catch (IOException e) {
      return "look into " + file;
    }
  }
}
