package run.mags.local.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The {@code nsenter} processes of a sandbox. Each waits outside of it for its command, but among
 * its mounts: these are gone only when all of them have ended, a moment after the last command.
 */
final class Entrants {
  private static final int ROUNDS = 500;
  private static final long PAUSE_MILLISECONDS = 2;

  private Entrants() {}

  /** Waits, at most a second or so, until nobody is left who entered. */
  static void awaitEnd(ProcessId init) {
    String mark = "\0-t\0" + init.pid() + "\0";
    boolean interrupted = false;
    for (int round = 0; round < ROUNDS && anybody(mark); round++) {
      try {
        Thread.sleep(PAUSE_MILLISECONDS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean anybody(String mark) {
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : processes) {
        String line = arguments(process);
        int program = line.indexOf('\0');
        if (program >= 0
            && line.substring(0, program).endsWith("nsenter")
            && line.startsWith(mark, program)) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      return false;
    }
  }

  private static String arguments(Path process) {
    try {
      return Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }
}
