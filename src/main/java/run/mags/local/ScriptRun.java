package run.mags.local;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import run.mags.api.model.LogEntry;
import run.mags.local.sandbox.Sandbox;

/**
 * A script running in a sandbox, its output on the way to the log.
 *
 * <p>The script is the standard input's file of {@code /bin/sh /dev/stdin}: no size limit, and
 * nothing in a process list. Its output goes through named pipes, because the JDK closes a
 * process's own pipes as soon as the process exits, which would kill whatever it left running in
 * the background at its next line of output.
 */
final class ScriptRun {
  private static final List<String> SHELL = List.of("/bin/sh", "/dev/stdin");

  private final Process process;
  private final long startedNanos;
  private final List<OutputPump> pumps;
  private volatile long durationMs;

  private ScriptRun(Process process, long startedNanos, List<OutputPump> pumps) {
    this.process = process;
    this.startedNanos = startedNanos;
    this.pumps = pumps;
  }

  /**
   * Starts the script in {@code file}, which {@link JobFolder#writeScript} wrote.
   *
   * @param onOutput told of each piece of output; has to return at once
   */
  static ScriptRun start(
      Sandbox sandbox,
      Map<String, String> environment,
      Path file,
      LogFile log,
      Workers workers,
      Runnable onOutput)
      throws IOException {
    Path folder = file.resolveSibling(file.getFileName() + ".pipes");
    OwnerOnly.removeTree(folder);
    OwnerOnly.directory(folder);
    Path outPath = folder.resolve("out");
    Path errPath = folder.resolve("err");
    makePipes(outPath, errPath);
    try (Pipe out = Pipe.open(outPath);
        Pipe err = Pipe.open(errPath)) {
      List<OutputPump> pumps =
          List.of(
              pump(out, new LineSplitter(log, LogEntry.STDOUT), workers, onOutput),
              pump(err, new LineSplitter(log, LogEntry.STDERR), workers, onOutput));
      ProcessBuilder shell = sandbox.inner(environment, SHELL);
      shell.redirectInput(file.toFile());
      shell.redirectOutput(out.path().toFile());
      shell.redirectError(err.path().toFile());
      long started = System.nanoTime();
      Process process = shell.start();
      return new ScriptRun(process, started, pumps);
    } finally {
      OwnerOnly.removeTree(folder);
    }
  }

  private static void makePipes(Path out, Path err) throws IOException {
    Process mkfifo =
        new ProcessBuilder("mkfifo", "-m", "600", out.toString(), err.toString())
            .redirectErrorStream(true)
            .start();
    mkfifo.getOutputStream().close();
    String said =
        new String(
            mkfifo.getInputStream().readAllBytes(), java.nio.charset.Charset.defaultCharset());
    try {
      if (mkfifo.waitFor() != 0) {
        throw new IOException("mkfifo failed: " + said.strip());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static OutputPump pump(Pipe pipe, LineSplitter lines, Workers workers, Runnable onOutput)
      throws IOException {
    ReadableByteChannel channel = Files.newByteChannel(pipe.path(), StandardOpenOption.READ);
    OutputPump pump = new OutputPump(channel, lines, workers, onOutput);
    workers.pool().execute(pump);
    return pump;
  }

  /** Completes with the exit code, 128 + n for a signal, when the script's shell has ended. */
  CompletableFuture<Integer> exit() {
    return process
        .onExit()
        .thenApply(
            ended -> {
              durationMs = (System.nanoTime() - startedNanos) / 1_000_000;
              return ended.exitValue();
            });
  }

  /** How long the script ran, in ms; 0 before {@link #exit} completed. */
  long durationMs() {
    return durationMs;
  }

  /**
   * Waits until all output is in the log. What holds an output open for longer than {@code ms} is
   * given up.
   */
  void drain(long ms) {
    try {
      for (OutputPump pump : pumps) {
        if (!pump.await(ms)) {
          pump.abandon();
          pump.await(ms);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * A named pipe whose both ends are held open, so that nobody who opens one waits for the other
   * and no reader sees an end before there was a writer.
   */
  private record Pipe(Path path, FileChannel held) implements AutoCloseable {
    /** Opened for reading and writing a named pipe does not wait (Linux, fifo(7)). */
    static Pipe open(Path path) throws IOException {
      return new Pipe(
          path, FileChannel.open(path, Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE)));
    }

    @Override
    public void close() throws IOException {
      held.close();
    }
  }
}
