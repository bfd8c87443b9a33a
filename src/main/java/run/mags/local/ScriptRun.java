package run.mags.local;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import run.mags.api.model.LogEntry;
import run.mags.local.sandbox.NamedPipe;
import run.mags.local.sandbox.NamedPipes;
import run.mags.local.sandbox.Sandbox;

/**
 * A script running in a sandbox, its output on the way to the log.
 *
 * <p>The script is the standard input's file of {@code /bin/sh /dev/stdin}: no size limit, and
 * nothing in a process list. Its output goes through named pipes, so that what it leaves running in
 * the background can write on.
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
    NamedPipes pipes = NamedPipes.in(folder, 2);
    try (NamedPipe out = pipes.take();
        NamedPipe err = pipes.take()) {
      List<OutputPump> pumps =
          List.of(
              pump(out, new LineSplitter(log, LogEntry.STDOUT), workers, onOutput),
              pump(err, new LineSplitter(log, LogEntry.STDERR), workers, onOutput));
      ProcessBuilder shell = sandbox.inner(environment, SHELL);
      shell.redirectInput(file.toFile());
      shell.redirectOutput(out.writing()).redirectError(err.writing());
      long started = System.nanoTime();
      Process process = shell.start();
      return new ScriptRun(process, started, pumps);
    } finally {
      pipes.remove();
    }
  }

  private static OutputPump pump(
      NamedPipe pipe, LineSplitter lines, Workers workers, Runnable onOutput) throws IOException {
    OutputPump pump = new OutputPump(pipe.reading(), lines, workers, onOutput);
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
}
