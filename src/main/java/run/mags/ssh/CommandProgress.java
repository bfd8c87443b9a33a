package run.mags.ssh;

import java.io.IOException;
import java.util.function.BooleanSupplier;
import org.apache.sshd.client.future.OpenFuture;

/**
 * How far a command on the other side has come, as the network and the local streams tell on
 * threads of their own. Its monitor guards all of it; whoever waits is woken by every change.
 */
final class CommandProgress {
  /** What waiting for a command comes to. */
  enum State {
    RUNNING,
    /** The command has exited, but something still holds its outputs open. */
    SETTLING,
    EXITED,
    REFUSED,
    NO_TERMINAL,
    LOST,
    /** It was to end, and nothing has come from the other side for too long. */
    UNHEARD,
    OUTPUT_FAILED,
    INPUT_FAILED,
    TIMED_OUT
  }

  private boolean opened;
  private boolean refused;
  private boolean noTerminal;
  private boolean ended;
  private boolean closed;
  private boolean settled;
  private boolean cut;
  private boolean hurried;
  private Vigil vigil;
  private Limit following;
  private Integer exitCode;
  private long arrivedAtExit;
  private Throwable openFailure;
  private IOException inputFailure;

  /** Wakes whoever waits: something else has changed. */
  synchronized void changed() {
    notifyAll();
  }

  synchronized void opened(OpenFuture opening) {
    opened = opening.isOpened();
    openFailure = opening.getException();
    notifyAll();
  }

  synchronized void refused() {
    refused = true;
    notifyAll();
  }

  synchronized void noTerminal() {
    noTerminal = true;
    notifyAll();
  }

  /** Both outputs are at their end. */
  synchronized void ended() {
    ended = true;
    notifyAll();
  }

  /** The channel is closed: nothing comes any more. */
  synchronized void closed() {
    closed = true;
    notifyAll();
  }

  /** All is here that is waited for; {@code flowing} if more would have come. */
  synchronized void settled(boolean flowing) {
    settled = true;
    cut = flowing && !hurried;
  }

  /** Whether the output was left while something other than the command was writing on. */
  synchronized boolean isCut() {
    return cut;
  }

  /** Whoever holds the outputs when the command has exited is not listened to. */
  synchronized void hurry() {
    hurried = true;
    notifyAll();
  }

  /** The command is to end, and is waited for only while the other side shows that it is there. */
  synchronized void endUnder(Vigil watch) {
    vigil = watch;
    hurry();
  }

  private boolean isUnheard() {
    return vigil != null && vigil.isOver();
  }

  /** Whether only what was written before the exit is waited for any more. */
  synchronized boolean isLate() {
    return hurried || (following != null && following.passed());
  }

  /** The command has exited, when that many bytes of its output had arrived. */
  synchronized void exited(int status, long arrived) {
    exitCode = status;
    arrivedAtExit = arrived;
    following = new Limit(Settling.LONGEST);
    notifyAll();
  }

  synchronized void inputFailed(IOException failure) {
    inputFailure = failure;
    notifyAll();
  }

  synchronized boolean isOpened() {
    return opened;
  }

  synchronized boolean isClosed() {
    return closed;
  }

  /** Whether no more output comes. */
  synchronized boolean isOver() {
    return ended || closed;
  }

  /** The exit status; null before there is one. */
  synchronized Integer exitCode() {
    return exitCode;
  }

  synchronized Throwable openFailure() {
    return openFailure;
  }

  synchronized IOException inputFailure() {
    return inputFailure;
  }

  /** Waits until {@code reached} holds, which is asked with the monitor held, or time is up. */
  synchronized void await(BooleanSupplier reached, Limit limit) throws InterruptedException {
    while (!reached.getAsBoolean() && !limit.passed()) {
      wait(limit.millisLeft());
    }
  }

  /** Waits for the channel to open, or for that to have failed. */
  void awaitOpen(Limit limit) throws InterruptedException {
    await(() -> opened || openFailure != null || closed, limit);
  }

  /** Waits until it runs no longer; until {@code round} is over where it has exited already. */
  synchronized State awaitChange(OutputWriter output, Limit limit, long round)
      throws InterruptedException {
    State state = state(output, limit);
    while (state == State.RUNNING) {
      long longest = vigil == null ? Long.MAX_VALUE : Vigil.ROUND_MILLIS;
      wait(Math.min(longest, exitCode == null ? limit.millisLeft() : round));
      state = state(output, limit);
    }
    return state;
  }

  private State state(OutputWriter output, Limit limit) {
    if (output.failure() != null) {
      return State.OUTPUT_FAILED;
    }
    if (refused) {
      return State.REFUSED;
    }
    if (noTerminal) {
      return State.NO_TERMINAL;
    }
    if (exitCode == null) {
      if (inputFailure != null) {
        return State.INPUT_FAILED;
      }
      if (closed && output.isDrained()) {
        return State.LOST;
      }
      if (isUnheard()) {
        return State.UNHEARD;
      }
      return limit.passed() ? State.TIMED_OUT : State.RUNNING;
    }
    if (isLate() && !isOver() && Settling.isNewer(output.written() - arrivedAtExit)) {
      settled(true);
      return State.EXITED;
    }
    if (!output.isDrained()) {
      return State.RUNNING;
    }
    return ended || closed || settled || isUnheard() ? State.EXITED : State.SETTLING;
  }
}
