package run.mags.testing;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import run.mags.Mags;
import run.mags.command.Host;
import run.mags.terminal.Signals;
import run.mags.wait.Sleeper;

/** The program inside of the test's own process: a tenth of the time of a process of its own. */
public final class InProcessMags implements MagsProcess {
  /** Far more than any command of a test needs; only a hang meets it. */
  private static final Duration LIMIT = Duration.ofMinutes(1);

  @Override
  public CliResult run(List<String> args, byte[] stdin, Map<String, String> env, Path cwd)
      throws InterruptedException {
    FakeTerminal terminal = new FakeTerminal(stdin);
    Host host =
        new Host(
            terminal,
            Map.copyOf(env),
            Path.of(env.get("HOME")),
            cwd,
            Clock.systemUTC(),
            Sleeper.SYSTEM,
            Signals.NONE,
            code -> {
              throw new AssertionError("ended at once with " + code);
            });
    CompletableFuture<Integer> exitCode = new CompletableFuture<>();
    Thread thread =
        new Thread(() -> exitCode.complete(Mags.run(host, args.toArray(String[]::new))), "mags");
    thread.setUncaughtExceptionHandler((mags, thrown) -> exitCode.completeExceptionally(thrown));
    thread.setDaemon(true);
    thread.start();
    try {
      return terminal.result(exitCode.get(LIMIT.toSeconds(), TimeUnit.SECONDS));
    } catch (TimeoutException hangs) {
      AssertionError where = new AssertionError("mags " + args + " did not end within " + LIMIT);
      where.setStackTrace(thread.getStackTrace());
      thread.interrupt();
      throw where;
    } catch (ExecutionException thrown) {
      throw new AssertionError("mags " + args + " threw", thrown.getCause());
    }
  }
}
