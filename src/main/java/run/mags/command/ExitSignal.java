package run.mags.command;

import java.util.List;
import run.mags.error.ExitCode;

/** The signals that ask a program to end. */
final class ExitSignal {
  /** Their names, as {@link run.mags.terminal.Signals} has them. */
  static final List<String> NAMES = List.of("INT", "TERM", "HUP");

  private ExitSignal() {}

  /** The exit code that tells of this signal: 128 plus its number (POSIX, signal.h). */
  static int exitCode(String name) {
    int number =
        switch (name) {
          case "HUP" -> 1;
          case "INT" -> 2;
          case "TERM" -> 15;
          default -> throw new IllegalArgumentException(name);
        };
    return ExitCode.SIGNAL_BASE + number;
  }
}
