package run.mags.local.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * One process for all time: its id, which the kernel gives again to others, and when it started.
 *
 * @param pid the id as the host sees it
 * @param start the kernel's clock ticks since boot (source: proc(5), stat, field 22); 0 where it is
 *     not known
 */
record ProcessId(long pid, long start) {
  private static final int STATE = 0;
  private static final int START = 19;

  /** Reads a line of {@code /proc/PID/stat}, or a bare id. */
  static ProcessId of(String stat) {
    String line = stat.trim();
    int blank = line.indexOf(' ');
    long pid = Long.parseLong(blank < 0 ? line : line.substring(0, blank));
    return new ProcessId(pid, blank < 0 ? 0 : Long.parseLong(fields(line)[START]));
  }

  /** Whether it still runs; a process that has ended but was not waited for does not. */
  boolean runs() {
    try {
      String stat =
          Files.readString(
              Path.of("/proc", Long.toString(pid), "stat"), StandardCharsets.ISO_8859_1);
      String[] fields = fields(stat);
      return start == Long.parseLong(fields[START])
          && !fields[STATE].equals("Z")
          && !fields[STATE].equals("X");
    } catch (IOException e) {
      return false;
    }
  }

  /** Waits until it does not run; false when it still does after so many milliseconds. */
  boolean awaitEnd(long milliseconds) {
    long end = System.nanoTime() + milliseconds * 1_000_000;
    boolean interrupted = false;
    while (runs()) {
      if (System.nanoTime() > end) {
        return false;
      }
      try {
        Thread.sleep(2);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return true;
  }

  /** The fields behind the name, which may hold blanks and brackets itself. */
  private static String[] fields(String stat) {
    return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
  }
}
