package run.mags.terminal;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The system's {@code stty} on the controlling terminal. */
final class Stty {
  private static final File TERMINAL = new File("/dev/tty");
  private static final long LIMIT_SECONDS = 2;

  private Stty() {}

  /** What {@code stty ARGUMENT} prints, trimmed; empty where there is no terminal or no stty. */
  static String run(String argument) {
    return argument.isEmpty() ? "" : ask(List.of("stty", argument));
  }

  /** What a shell script prints that only asks; empty where there is no terminal or no stty. */
  static String script(String text) {
    return ask(List.of("sh", "-c", text));
  }

  private static String ask(List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectInput(TERMINAL)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String printed =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).trim();
      return ended(process) && process.exitValue() == 0 ? printed : "";
    } catch (IOException noTerminal) {
      return "";
    }
  }

  /**
   * Changes settings; whether that worked. It may not: the system stops a program in the background
   * that tries, and makes it wait for output that the terminal does not take.
   */
  static boolean change(String... settings) {
    List<String> command = new ArrayList<>(List.of("stty"));
    command.addAll(List.of(settings));
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectInput(TERMINAL)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      return ended(process) && process.exitValue() == 0;
    } catch (IOException noTerminal) {
      return false;
    }
  }

  /** Stops this process by a shell: Java itself raises only signals that it handles. */
  static void stopUs() {
    String pid = Long.toString(ProcessHandle.current().pid());
    try {
      new ProcessBuilder("sh", "-c", "kill -s TSTP \"$0\"", pid)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException noShell) {
      // Then there is no such signal either.
    } catch (InterruptedException interrupt) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for the end even when interrupted: a terminal half changed is of no use to anybody. */
  private static boolean ended(Process process) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
          if (!ended) {
            process.destroyForcibly();
          }
          return ended;
        } catch (InterruptedException interrupt) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
