package run.mags.command;

import java.time.Duration;
import java.util.function.Supplier;
import run.mags.error.ExitCode;
import run.mags.terminal.Signals;
import run.mags.wait.InterruptedWaitException;

/**
 * Ctrl-C, TERM or HUP during a wait: the first breaks off, a second one leaves at once. Where
 * nothing waits in here, the process ends with what {@link CliContext#left} says.
 */
public final class Interrupts {
  /**
   * Below this, a second signal is not a second wish: a program that ends us signals our process
   * and our process group, as timeout(1) does, so that one wish comes twice.
   */
  private static final long ONE_WISH_NANOS = 200_000_000;

  private Interrupts() {}

  /** Whether a signal so long after the first one is meant as a second one. */
  static boolean isDeliberate(long nanosSinceFirst) {
    return nanosSinceFirst > ONE_WISH_NANOS;
  }

  /**
   * Does {@code work}; an interrupt ends it as {@link InterruptedWaitException} with the hint that
   * {@code hint} gives then, which says what goes on without us; where that is null, with what the
   * calls so far tell.
   */
  public static <T> T during(CliContext cli, Supplier<String> hint, Supplier<T> work) {
    return during(cli, () -> Duration.ZERO, hint, work);
  }

  /**
   * The same; {@code patience} says, when a signal comes, how long the work may still go on to its
   * own end before it is broken off.
   */
  static <T> T during(
      CliContext cli, Supplier<Duration> patience, Supplier<String> hint, Supplier<T> work) {
    Wish wish = new Wish(cli, patience);
    Signals.Registration registration = cli.host().signals().handle(ExitSignal.NAMES, wish::take);
    try {
      T done = work.get();
      if (wish.isPatient()) {
        throw new InterruptedWaitException(null);
      }
      return done;
    } catch (InterruptedWaitException interrupted) {
      if (!wish.isThere() && interrupted.hint().isPresent()) {
        // A wait within this one has said all that there is to say.
        throw interrupted;
      }
      wish.end();
      Thread.interrupted();
      int exitCode = wish.isThere() ? wish.exitCode : interrupted.exitCode();
      String left = hint.get();
      throw new InterruptedWaitException(left == null ? cli.left() : left, exitCode);
    } finally {
      wish.end();
      registration.close();
    }
  }

  /** The wish to end, once a signal has told it. */
  private static final class Wish {
    private final CliContext cli;
    private final Supplier<Duration> patience;
    private final Thread worker = Thread.currentThread();
    private boolean there;
    private boolean patient;
    private boolean ended;
    private long first;
    private volatile int exitCode = ExitCode.INTERRUPTED;

    Wish(CliContext cli, Supplier<Duration> patience) {
      this.cli = cli;
      this.patience = patience;
    }

    synchronized boolean isThere() {
      return there;
    }

    /** Whether the work was left to come to its end by itself. */
    synchronized boolean isPatient() {
      return patient;
    }

    /** From now on nothing is broken off. */
    synchronized void end() {
      ended = true;
    }

    synchronized void take(String signal) {
      long now = cli.host().sleeper().nanos();
      if (there) {
        if (isDeliberate(now - first)) {
          cli.host().exit().accept(ExitSignal.exitCode(signal));
        }
        return;
      }
      there = true;
      first = now;
      exitCode = ExitSignal.exitCode(signal);
      Duration wait = patience.get();
      if (wait.isZero()) {
        breakOff();
        return;
      }
      patient = true;
      Thread later = new Thread(() -> breakOffAfter(wait), "interrupt");
      later.setDaemon(true);
      later.start();
    }

    private void breakOffAfter(Duration wait) {
      try {
        cli.host().sleeper().sleep(wait);
      } catch (InterruptedException atOnce) {
        Thread.currentThread().interrupt();
      }
      breakOff();
    }

    private synchronized void breakOff() {
      if (!ended) {
        worker.interrupt();
        cli.cancel();
      }
    }
  }
}
