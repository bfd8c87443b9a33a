package run.mags.command.local;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import run.mags.command.CliContext;
import run.mags.error.ExitCode;
import run.mags.local.LocalBackend;
import run.mags.local.LocalOptions;
import run.mags.terminal.Signals;

/**
 * A backend in this process, until somebody stops it.
 *
 * @param cli where its warnings go
 */
record ForegroundBackend(CliContext cli) {
  /** Runs it to its end; answers 0, or 128 + n for the signal that ended it. */
  int run(LocalOptions options) {
    AtomicInteger exitCode = new AtomicInteger(ExitCode.OK);
    LocalBackend backend = LocalBackend.start(options.withWarnings(this::warn));
    Signals.Registration signals =
        cli.host()
            .signals()
            .handle(
                List.of("INT", "TERM", "HUP"),
                name -> {
                  exitCode.set(ExitCode.SIGNAL_BASE + number(name));
                  backend.close();
                });
    try {
      BackendView.show(cli, backend.self());
      backend.awaitClosed();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      signals.close();
      backend.close();
    }
    return exitCode.get();
  }

  private void warn(String line) {
    cli.output().warn(line);
  }

  private static int number(String signal) {
    return switch (signal) {
      case "HUP" -> 1;
      case "INT" -> 2;
      default -> 15;
    };
  }
}
