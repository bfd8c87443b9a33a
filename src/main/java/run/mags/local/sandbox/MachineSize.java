package run.mags.local.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How large this machine is (source: proc(5)). */
final class MachineSize {
  private static final long SMALLEST_MEMORY = 1L << 30;
  private static final long USUAL_PROCESSES = 32_768;

  private MachineSize() {}

  /** The memory in bytes; a GiB where it is not known. */
  static long memory() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
        if (line.startsWith("MemTotal:")) {
          return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
        }
      }
    } catch (IOException e) {
      // Not Linux.
    }
    return SMALLEST_MEMORY;
  }

  /** How many processes and threads there can be. */
  static long processes() {
    return Math.min(number("/proc/sys/kernel/pid_max"), number("/proc/sys/kernel/threads-max"));
  }

  private static long number(String file) {
    try {
      return Long.parseLong(KernelSetting.read(Path.of(file)));
    } catch (IOException e) {
      return USUAL_PROCESSES;
    }
  }
}
