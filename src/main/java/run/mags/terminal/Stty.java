package run.mags.terminal;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** The system's {@code stty} on the controlling terminal. */
final class Stty {
  private Stty() {}

  /** What {@code stty ARGUMENT} prints, trimmed; empty where there is no terminal or no stty. */
  static String run(String argument) {
    if (argument.isEmpty()) {
      return "";
    }
    try {
      Process process =
          new ProcessBuilder("stty", argument)
              .redirectInput(new File("/dev/tty"))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String printed =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).trim();
      return process.waitFor(2, TimeUnit.SECONDS) ? printed : "";
    } catch (IOException noTerminal) {
      return "";
    } catch (InterruptedException interrupt) {
      Thread.currentThread().interrupt();
      return "";
    }
  }
}
