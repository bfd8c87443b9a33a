package run.mags.local.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Who started whom at one moment, for all processes that can be seen (source: proc(5), stat). */
final class ProcessTable {
  private static final Path PROC = Path.of("/proc");

  /**
   * @param session the id of the process that leads its session, 0 where that is not known
   */
  record Entry(long parent, long session) {}

  private final Map<Long, Entry> entries;

  private ProcessTable(Map<Long, Entry> entries) {
    this.entries = entries;
  }

  /** Reads the table; without {@code /proc}, as on macOS, sessions stay unknown. */
  static ProcessTable read() {
    return Files.exists(PROC.resolve("self/stat")) ? fromProc() : fromJava();
  }

  /** The living processes by their ids; zombies are not among them. */
  Map<Long, Entry> entries() {
    return entries;
  }

  private static ProcessTable fromProc() {
    Map<Long, Entry> entries = new HashMap<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path directory : stream) {
        try {
          String stat = Files.readString(directory.resolve("stat"), StandardCharsets.ISO_8859_1);
          // The name before it may hold blanks and brackets itself.
          String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", 5);
          if (!fields[0].equals("Z") && !fields[0].equals("X")) {
            entries.put(
                Long.valueOf(directory.getFileName().toString()),
                new Entry(Long.parseLong(fields[1]), Long.parseLong(fields[3])));
          }
        } catch (IOException e) {
          // It ended while the table was read.
        }
      }
    } catch (IOException e) {
      return new ProcessTable(Map.of());
    }
    return new ProcessTable(entries);
  }

  /** The same out of what Java knows on any system. */
  static ProcessTable fromJava() {
    Map<Long, Entry> entries = new HashMap<>();
    ProcessHandle.allProcesses()
        .forEach(
            handle ->
                entries.put(
                    handle.pid(),
                    new Entry(handle.parent().map(ProcessHandle::pid).orElse(0L), 0)));
    return new ProcessTable(entries);
  }
}
