package run.mags.local.sandbox;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;

/**
 * The process that holds a sandbox together, tied to this JVM by a pipe: the kernel closes the pipe
 * when the JVM goes away, however that happens, and the process ends the sandbox at its end.
 */
final class Lifeline {
  private static final String READY = "ready ";
  private static final long START_SECONDS = 30;
  private static final long END_MILLISECONDS = 5_000;

  private final Process holder;
  private final ProcessId core;
  private final Consumer<ProcessId> cleanup;
  private final AtomicBoolean cleaned = new AtomicBoolean();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  private Lifeline(Process holder, ProcessId core, Consumer<ProcessId> cleanup) {
    this.holder = holder;
    this.core = core;
    this.cleanup = cleanup;
  }

  /**
   * Starts the process and waits for its line {@code ready STAT}, where STAT is a line of {@code
   * /proc/PID/stat} or a bare process id.
   *
   * @param cleanup runs once after the end of a process that got ready, and is given that process
   * @throws IOException when it does not get ready within 30 seconds; the message is the first line
   *     that it wrote
   */
  static Lifeline start(ProcessBuilder builder, Consumer<ProcessId> cleanup) throws IOException {
    // What follows the first complaint is mostly its consequence.
    return start(builder, cleanup, (first, line) -> first);
  }

  /**
   * The same for a process whose first complaint need not be the reason.
   *
   * @param complaint which of two lines, in their order, says more
   */
  static Lifeline start(
      ProcessBuilder builder, Consumer<ProcessId> cleanup, BinaryOperator<String> complaint)
      throws IOException {
    Process holder = builder.redirectErrorStream(true).start();
    CompletableFuture<Void> timer =
        new CompletableFuture<Void>().completeOnTimeout(null, START_SECONDS, TimeUnit.SECONDS);
    CompletableFuture<Void> late = timer.thenRun(holder::destroyForcibly);
    // What it leaves behind may hold its output open, on which we wait below.
    AtomicBoolean ready = new AtomicBoolean();
    CompletableFuture<Void> failed = holder.onExit().thenRunAsync(() -> clearUnless(ready, holder));
    try (InputStream output = holder.getInputStream();
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(output, StandardCharsets.UTF_8))) {
      String said = null;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith(READY)) {
          ready.set(true);
          failed.cancel(false);
          ProcessId core = ProcessId.of(line.substring(READY.length()));
          Lifeline lifeline = new Lifeline(holder, core, cleanup);
          // Not in the thread that tells it: that may be the only one there is for all processes.
          CompletableFuture<Void> unused =
              holder.onExit().thenRunAsync(lifeline::finish, Lifeline::inOwnThread);
          return lifeline;
        }
        if (!line.isBlank()) {
          String words = line.trim().replaceAll("\\.$", "");
          said = said == null ? words : complaint.apply(said, words);
        }
      }
      throw new IOException(said == null ? "it ended without a word" : said);
    } finally {
      late.cancel(false);
      timer.cancel(false);
    }
  }

  private static void clearUnless(AtomicBoolean ready, Process holder) {
    if (!ready.get()) {
      clear(holder.pid());
    }
  }

  /** Ends what a process that failed has left in the session that it led, if it led one. */
  private static void clear(long session) {
    ProcessTable.read()
        .entries()
        .forEach(
            (pid, entry) -> {
              if (entry.session() == session) {
                ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
              }
            });
  }

  private static void inOwnThread(Runnable end) {
    Thread thread = new Thread(end, "mags-sandbox-end");
    thread.setDaemon(true);
    thread.start();
  }

  /** The host's id of the process that said that it is ready. */
  long pid() {
    return core.pid();
  }

  /** Whether the process still holds. */
  boolean holds() {
    return holder.isAlive();
  }

  /** Completes after the end and the cleanup. */
  CompletableFuture<Void> ended() {
    return ended.copy();
  }

  /** Lets go, and returns when all is ended and cleaned up. */
  void close() {
    try (OutputStream pipe = holder.getOutputStream()) {
      pipe.flush();
    } catch (IOException e) {
      // It has ended already.
    }
    if (!Uninterrupted.waitFor(holder, END_MILLISECONDS)) {
      holder.destroyForcibly();
      Uninterrupted.waitFor(holder);
    }
    // Here rather than in the thread that is told of the end: that saves two switches of threads.
    finish();
    ended.join();
  }

  private void finish() {
    if (cleaned.compareAndSet(false, true)) {
      try {
        // When it is the holder that was killed, the core follows a moment later.
        core.awaitEnd(END_MILLISECONDS);
        cleanup.accept(core);
      } finally {
        ended.complete(null);
      }
    }
  }
}
