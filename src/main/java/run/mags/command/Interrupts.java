package run.mags.command;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import run.mags.error.ExitCode;
import run.mags.terminal.Signals;
import run.mags.wait.InterruptedWaitException;

/** Ctrl-C, TERM or HUP during a wait: the first breaks off, a second one leaves at once. */
public final class Interrupts {
  /**
   * Below this, a second signal is not a second wish: a program that ends us signals our process
   * and our process group, as timeout(1) does, so that one wish comes twice.
   */
  private static final long ONE_WISH_NANOS = 500_000_000;

  private Interrupts() {}

  /** Whether a signal so long after the first one is meant as a second one. */
  static boolean isDeliberate(long nanosSinceFirst) {
    return nanosSinceFirst > ONE_WISH_NANOS;
  }

  /**
   * Does {@code work}; an interrupt ends it as {@link InterruptedWaitException} with the hint that
   * {@code hint} gives then, which says what goes on without us.
   */
  public static <T> T during(CliContext cli, Supplier<String> hint, Supplier<T> work) {
    Thread worker = Thread.currentThread();
    AtomicLong first = new AtomicLong();
    AtomicInteger exitCode = new AtomicInteger(ExitCode.INTERRUPTED);
    Signals.Registration registration =
        cli.host()
            .signals()
            .handle(
                ExitSignal.NAMES,
                name -> {
                  long now = cli.host().sleeper().nanos();
                  if (!first.compareAndSet(0, now)) {
                    if (isDeliberate(now - first.get())) {
                      cli.host().exit().accept(ExitSignal.exitCode(name));
                    }
                    return;
                  }
                  exitCode.set(ExitSignal.exitCode(name));
                  worker.interrupt();
                  cli.cancel();
                });
    try {
      return work.get();
    } catch (InterruptedWaitException interrupted) {
      Thread.interrupted();
      throw new InterruptedWaitException(hint.get(), exitCode.get());
    } finally {
      registration.close();
    }
  }
}
