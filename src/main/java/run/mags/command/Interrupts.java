package run.mags.command;

import java.util.List;
import java.util.function.Supplier;
import run.mags.error.ExitCode;
import run.mags.terminal.Signals;
import run.mags.wait.InterruptedWaitException;

/** Ctrl-C while something is waited for: the first breaks off, a second one leaves at once. */
final class Interrupts {
  private Interrupts() {}

  /**
   * Does {@code work}; an interrupt ends it as {@link InterruptedWaitException} with the hint that
   * {@code hint} gives then, which says what goes on without us.
   */
  static <T> T during(CliContext cli, Supplier<String> hint, Supplier<T> work) {
    Thread worker = Thread.currentThread();
    boolean[] before = new boolean[1];
    Signals.Registration registration =
        cli.host()
            .signals()
            .handle(
                List.of("INT"),
                name -> {
                  if (before[0]) {
                    cli.host().exit().accept(ExitCode.INTERRUPTED);
                  }
                  before[0] = true;
                  worker.interrupt();
                  cli.cancel();
                });
    try {
      return work.get();
    } catch (InterruptedWaitException interrupted) {
      Thread.interrupted();
      throw new InterruptedWaitException(hint.get());
    } finally {
      registration.close();
    }
  }
}
