package run.mags.command;

import java.time.Duration;
import run.mags.api.model.Json;
import run.mags.client.MagsClient;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.ssh.DetachedState;
import run.mags.ssh.DetachedState.Phase;
import run.mags.ssh.SshConnection;
import run.mags.ssh.SshException;
import run.mags.terminal.Spinner;
import run.mags.wait.Backoff;
import run.mags.wait.Deadline;
import run.mags.wait.InterruptedWaitException;
import run.mags.wait.WaitTimeoutException;

/**
 * A wait for the end of a detached command. It may take hours, and asking again is harmless: a
 * connection that is lost meanwhile is made anew, which also tells what has become of the sandbox.
 */
final class DetachedWait {
  private static final int MOST_LOSSES = 20;
  private static final Duration LONGEST_QUESTION = Duration.ofDays(365);

  private final CliContext cli;
  private final String job;
  private final String id;
  private final DetachedRun run;
  private final Duration limit;
  private final Deadline deadline;

  /**
   * A wait that begins now.
   *
   * @param limit how long; null for no limit
   */
  DetachedWait(CliContext cli, String job, String id, Duration limit) {
    this.cli = cli;
    this.job = job;
    this.id = id;
    this.run = new DetachedRun(cli, job, id);
    this.limit = limit;
    this.deadline = Deadline.in(limit, cli.host().sleeper());
  }

  /** Waits, and answers the command's exit status. */
  int await() {
    DetachedState state =
        Interrupts.during(
            cli,
            () -> "the command goes on; to end it: " + run.other("stop"),
            () -> Spinner.during(cli.output(), "waiting for the command", this::end));
    if (run.require(state).phase() != Phase.EXITED) {
      throw run.lost();
    }
    cli.output().show(() -> Json.write(run.json(state)), () -> "");
    return state.exitCode();
  }

  private DetachedState end() {
    Backoff pauses = cli.mags().poller().pauses();
    for (int losses = 0; ; losses++) {
      try (SshConnection connection = connect()) {
        return connection.detached(id).awaitEnd(limit == null ? LONGEST_QUESTION : left());
      } catch (SshException failure) {
        if (failure.reason() == SshException.Reason.COMMAND_TIMEOUT) {
          throw timeout("it still runs", failure);
        }
        if (failure.reason() != SshException.Reason.LOST || losses == MOST_LOSSES) {
          throw failure;
        }
        cli.output().note("the connection was lost; connecting again");
      } catch (CliException failure) {
        if (failure.kind() == ErrorKind.INTERRUPTED) {
          throw new InterruptedWaitException(null);
        }
        if (deadline.passed() && failure.retryable()) {
          throw timeout(failure.getMessage(), failure);
        }
        throw failure;
      }
      cli.mags().poller().pause(deadline.cap(pauses.next()));
    }
  }

  private SshConnection connect() {
    Duration usual = MagsClient.DEFAULT_LIMIT;
    return cli.mags().connect(job, limit == null ? usual : deadline.cap(usual));
  }

  /** Never nothing: whether it has ended by now is worth one more question. */
  private Duration left() {
    Duration left = deadline.left();
    return left.compareTo(Duration.ofMillis(500)) < 0 ? Duration.ofMillis(500) : left;
  }

  private WaitTimeoutException timeout(String seen, CliException cause) {
    cli.debug().accept("the time ran out: " + cause.getMessage());
    return new WaitTimeoutException(
        "the command " + id, limit, seen, "the command goes on; to end it: " + run.other("stop"));
  }
}
