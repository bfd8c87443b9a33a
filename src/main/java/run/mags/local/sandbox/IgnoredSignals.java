package run.mags.local.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Signals that this JVM was started to ignore. A shell without job control starts what it puts in
 * the background so that INT and QUIT are ignored; everything below inherits that, and a guest's
 * processes could then not be interrupted.
 */
final class IgnoredSignals {
  /** HUP, INT, QUIT and TERM as bits of the mask in {@code /proc/self/status} (proc(5)). */
  private static final long ENDING = 1 | 1 << 1 | 1 << 2 | 1 << 14;

  private static final List<String> RESET = List.of("/usr/bin/env", "--default-signal", "--");

  /** What has to stand before a command so that it heeds signals: nothing, as a rule. */
  static final List<String> CURE = cure();

  private IgnoredSignals() {}

  private static List<String> cure() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("SigIgn:")) {
          long mask = Long.parseUnsignedLong(line.substring(line.indexOf(':') + 1).strip(), 16);
          return (mask & ENDING) != 0 && works() ? RESET : List.of();
        }
      }
    } catch (IOException | NumberFormatException noProcFileSystem) {
      // Not Linux: there are no sandboxes that it would matter for.
    }
    return List.of();
  }

  /** coreutils have the option since 8.31. */
  private static boolean works() throws IOException {
    Process trial =
        new ProcessBuilder(RESET.get(0), RESET.get(1), RESET.get(2), "true")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    return Uninterrupted.waitFor(trial, TimeUnit.SECONDS.toMillis(5)) && trial.exitValue() == 0;
  }
}
