package run.mags.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A keeper that a call of the launcher has left in the background. */
public final class KeeperProcess implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final ProcessHandle process;
  private final Path socket;

  private KeeperProcess(ProcessHandle process, Path socket) {
    this.process = process;
    this.socket = socket;
  }

  /** Waits for the one below {@code runtime}, the directory of XDG_RUNTIME_DIR. */
  public static KeeperProcess awaitIn(Path runtime) throws IOException, InterruptedException {
    Path sockets = runtime.resolve("mags").resolve("keeper");
    long start = System.nanoTime();
    while (System.nanoTime() - start < LIMIT.toNanos()) {
      List<Path> found = sockets(sockets);
      List<ProcessHandle> processes = processes(sockets);
      if (found.size() == 1 && processes.size() == 1) {
        return new KeeperProcess(processes.get(0), found.get(0));
      }
      Thread.sleep(20);
    }
    throw new AssertionError("no keeper came up in " + sockets);
  }

  /** The sockets in a directory. */
  public static List<Path> sockets(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".sock")).toList();
    }
  }

  /** The keepers that were started for a directory. */
  public static List<ProcessHandle> processes(Path directory) {
    String command = "run.mags.KeeperMain " + directory;
    return ProcessHandle.allProcesses()
        .filter(handle -> commandLine(handle).endsWith(command))
        .filter(handle -> !commandLine(handle).startsWith("setsid"))
        .toList();
  }

  private static String commandLine(ProcessHandle handle) {
    try {
      return Files.readString(Path.of("/proc/" + handle.pid() + "/cmdline"))
          .replace('\0', ' ')
          .strip();
    } catch (IOException gone) {
      return "";
    }
  }

  /** The process. */
  public ProcessHandle process() {
    return process;
  }

  /** Where it listens. */
  public Path socket() {
    return socket;
  }

  /** Waits for its end. */
  public void awaitEnd() throws Exception {
    process.onExit().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
