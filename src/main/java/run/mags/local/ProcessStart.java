package run.mags.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/**
 * When a process began: on Linux by the kernel's own clock, which nobody sets. The JDK adds the
 * time of the boot to that, which moves whenever the time of day is set: two JVMs tell different
 * times of the same process then.
 */
final class ProcessStart {
  /** What follows the name in {@code /proc/PID/stat} begins with field 3; this is field 22. */
  private static final int START_FIELD = 19;

  /** How exact the JDK's time is, in ms, where there is no other. */
  private static final long TOLERANCE_MS = 10_000;

  private static final boolean BY_KERNEL = Files.exists(Path.of("/proc/self/stat"));

  private ProcessStart() {}

  /**
   * When it began: clock ticks since boot (source: proc(5)) on Linux, elsewhere ms since 1970; 0
   * where it cannot be told.
   */
  static long of(ProcessHandle process) {
    if (!BY_KERNEL) {
      return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }
    try {
      Path stat = Path.of("/proc", Long.toString(process.pid()), "stat");
      String line = Files.readString(stat, StandardCharsets.ISO_8859_1);
      // The name before may hold blanks and brackets itself.
      String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
      return Long.parseLong(fields[START_FIELD]);
    } catch (IOException | NumberFormatException | IndexOutOfBoundsException gone) {
      return 0;
    }
  }

  /** Whether two of these, each 0 where it is not known, can be of the same process. */
  static boolean same(long one, long other) {
    return one == 0 || other == 0 || Math.abs(one - other) < (BY_KERNEL ? 1 : TOLERANCE_MS);
  }
}
