package run.mags.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.local.sandbox.Room;

/**
 * What a backend in the background writes: one owner-only file per start, the one before it kept
 * beside it.
 *
 * @param file where
 */
record DaemonLog(Path file) {
  /** The name of its file. */
  static final String NAME = "backend.log";

  private static final String ERROR = "error: ";
  private static final String HINT = "hint: ";
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

  /** Why a backend ended while it started: its own error where it gave one. */
  CliException failure(int exitCode) {
    String error = null;
    String hint = null;
    for (String line : lines()) {
      if (line.startsWith(ERROR)) {
        error = line.substring(ERROR.length());
      } else if (line.startsWith(HINT) && error != null) {
        hint = line.substring(HINT.length());
      }
    }
    if (error != null) {
      return new CliException(ErrorKind.LOCAL_BACKEND, error, hint);
    }
    if (lines().isEmpty()) {
      Path state = file.getParent();
      try {
        Room.check(state);
      } catch (IOException full) {
        return StateDirectory.unusable(state, full);
      }
    }
    return new CliException(
        ErrorKind.LOCAL_BACKEND,
        "the local backend ended while it started, with exit code " + exitCode,
        lastLines());
  }

  private List<String> lines() {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException unreadable) {
      return List.of();
    }
  }

  /** Its last lines, as a hint after a failed start. */
  String lastLines() {
    List<String> lines = lines().stream().filter(line -> !line.isBlank()).toList();
    String last =
        String.join(" | ", lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size()));
    return last.isEmpty() ? "it said nothing in " + file : "it said: " + last;
  }
}
