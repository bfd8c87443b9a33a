package run.mags.client;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.error.ExitCode;
import run.mags.error.ShellWord;
import run.mags.ssh.DetachedCommand;
import run.mags.ssh.DetachedEntry;
import run.mags.ssh.DetachedState;
import run.mags.ssh.DetachedState.Phase;
import run.mags.ssh.ExecStreams;
import run.mags.ssh.OutputPart;
import run.mags.ssh.RemoteCommand;
import run.mags.ssh.RemoteProcess;
import run.mags.ssh.SshConnection;
import run.mags.ssh.SshException;
import run.mags.wait.Backoff;
import run.mags.wait.Deadline;
import run.mags.wait.InterruptedWaitException;
import run.mags.wait.Poller;
import run.mags.wait.WaitTimeoutException;

/**
 * The commands in one sandbox that go on without a connection. Each has an id, by which any client
 * may ask for it later. What only asks bears with lost connections: it makes another one and goes
 * on where it was.
 *
 * <p>Besides what each method names, all throw what {@link MagsClient#connect(String, Duration)}
 * does, and {@link SshException} when a connection is lost again and again; those with an id throw
 * {@link CliException} (NOT_FOUND) where there is no record of it.
 */
public final class DetachedCommands {
  /** How long a command that is to end may take before it is killed. */
  public static final Duration GRACE = Duration.ofSeconds(10);

  private static final int MOST_LOSSES = 20;
  private static final Duration FOR_EVER = Duration.ofDays(365);
  private static final Duration SHORTEST = Duration.ofMillis(500);

  private final String sandbox;
  private final Function<Duration, SshConnection> way;
  private final Poller poller;
  private final Consumer<String> notes;

  /**
   * Those of this sandbox.
   *
   * @param way connects to it, within the time that is given
   */
  DetachedCommands(
      String sandbox,
      Function<Duration, SshConnection> way,
      Poller poller,
      Consumer<String> notes) {
    this.sandbox = sandbox;
    this.way = way;
    this.poller = poller;
    this.notes = notes;
  }

  /**
   * Starts a command, without input, and answers its id. It has begun then.
   *
   * @throws CliException (REFUSED) if the sandbox cannot start it, (CONNECTION) if it may have
   *     begun; the hint has the id then
   */
  public String start(RemoteCommand command) {
    String id = DetachedCommand.newId();
    try (SshConnection connection = way.apply(FOR_EVER)) {
      connection.detached(id).start(command);
      return id;
    } catch (SshException failure) {
      if (!failure.begun()) {
        throw failure;
      }
      throw new CliException(
          ErrorKind.CONNECTION,
          "whether the command has begun is not known: " + failure.getMessage(),
          "this tells, and waits for it: " + other("wait", id),
          failure);
    }
  }

  /** All that there is a record of, the one that began last first. */
  public List<DetachedEntry> list() {
    return repeated(Deadline.in(null, poller.sleeper()), SshConnection::detached);
  }

  /** How one is. */
  public DetachedState state(String id) {
    return repeated(
        Deadline.in(null, poller.sleeper()),
        connection -> known(connection.detached(id).state(), id));
  }

  /**
   * Waits until one runs no longer.
   *
   * @param limit how long; null for no limit
   * @throws WaitTimeoutException if it still runs then; it goes on
   */
  public DetachedState awaitEnd(String id, Duration limit) {
    Deadline deadline = Deadline.in(limit, poller.sleeper());
    try {
      return repeated(
          deadline,
          connection -> {
            Duration left = deadline.left();
            // Whether it has ended by now is worth one more question.
            Duration asked = left.compareTo(SHORTEST) < 0 ? SHORTEST : left;
            return known(connection.detached(id).awaitEnd(asked), id);
          });
    } catch (SshException failure) {
      if (failure.reason() == SshException.Reason.COMMAND_TIMEOUT) {
        throw late(id, limit, "it still runs");
      }
      throw deadline.passed() && failure.retryable()
          ? late(id, limit, failure.getMessage())
          : failure;
    } catch (CliException failure) {
      throw deadline.passed() && failure.retryable()
          ? late(id, limit, failure.getMessage())
          : failure;
    }
  }

  private WaitTimeoutException late(String id, Duration limit, String seen) {
    return new WaitTimeoutException(
        "the command " + id, limit, seen, "the command goes on; to end it: " + other("stop", id));
  }

  /** What one has written so far, and its exit status, -1 if it has none (yet). */
  public ExecResult output(String id) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    DetachedState state = show(id, out, err, -1, false);
    return new ExecResult(state.exitCode(), out.toByteArray(), err.toByteArray());
  }

  /**
   * Writes everything that one has written and goes on to write, byte for byte, until it runs no
   * longer.
   *
   * @param out for its standard output
   * @param err for its standard error
   * @return how it ended
   * @throws run.mags.terminal.OutputException if one of the streams cannot be written
   */
  public DetachedState follow(String id, OutputStream out, OutputStream err) {
    return show(id, out, err, -1, true);
  }

  /**
   * The same, of a part.
   *
   * @param out for its standard output; null if that is not wanted
   * @param err for its standard error; null if that is not wanted
   * @param tail with how many of the last lines of each to begin; negative for all
   * @param follow whether to go on until it runs no longer
   * @return how it is
   */
  public DetachedState show(
      String id, OutputStream out, OutputStream err, int tail, boolean follow) {
    OutputStream nowhere = OutputStream.nullOutputStream();
    ExecStreams streams =
        new ExecStreams(null, out == null ? nowhere : out, err == null ? nowhere : err);
    Progress progress = new Progress();
    return repeated(
        Deadline.in(null, poller.sleeper()),
        connection -> {
          DetachedCommand command = connection.detached(id);
          known(command.state(), id);
          if (progress.left == null) {
            progress.left =
                tail < 0
                    ? OutputPart.all(out != null, err != null)
                    : command.lastLines(out != null, err != null, tail);
          }
          show(command, streams, progress, follow);
          return command.state();
        });
  }

  /** How far showing something has come, over all connections. */
  private static final class Progress {
    private OutputPart left;
  }

  private void show(
      DetachedCommand command, ExecStreams streams, Progress progress, boolean follow) {
    RemoteProcess process = command.output(streams, progress.left, follow);
    int status;
    try {
      status = process.waitFor(FOR_EVER);
    } finally {
      progress.left = progress.left.after(process);
    }
    if (status >= ExitCode.SIGNAL_BASE) {
      throw command.brokenOff();
    }
    if (status != 0) {
      throw new CliException(
          ErrorKind.REFUSED,
          "the sandbox cannot show what the command " + command.id() + " has written",
          "its record is in ~/.mags/exec there");
    }
  }

  /**
   * Ends one with everything it has started.
   *
   * @return how it ended
   * @throws CliException (CONFLICT) if it had ended before, (CONNECTION) if it was told to end but
   *     whether all is gone is not known
   */
  public DetachedState stop(String id) {
    try (SshConnection connection = way.apply(FOR_EVER)) {
      DetachedCommand command = connection.detached(id);
      if (known(command.state(), id).phase() != Phase.RUNNING) {
        throw new CliException(
            ErrorKind.CONFLICT,
            "the command " + id + " has ended already",
            "to make that no failure: mags stop --if-running --exec "
                + id
                + " "
                + ShellWord.of(sandbox));
      }
      if (!command.stop(GRACE)) {
        throw new CliException(
            ErrorKind.CONNECTION,
            "the command was told to end, but whether all that it had started is gone is not"
                + " known",
            "look again: " + other("wait", id));
      }
      return command.awaitEnd(GRACE);
    }
  }

  /** The failure of one that runs no longer and has left no exit status. */
  public CliException lost(String id) {
    return new CliException(
        ErrorKind.JOB_FAILED,
        "the command "
            + id
            + " was cut off and left no exit status: the sandbox slept or was restarted, or all"
            + " was killed there",
        "what it had written by then: " + other("logs", id));
  }

  private DetachedState known(DetachedState state, String id) {
    if (state.phase() == Phase.UNKNOWN) {
      throw new CliException(
          ErrorKind.NOT_FOUND,
          sandbox + " has no record of a command " + id,
          state.known().isEmpty()
              ? "none has been started there, or its workspace is another one by now"
              : "there are, newest first: " + String.join(", ", state.known()));
    }
    return state;
  }

  private String other(String verb, String id) {
    return "mags " + verb + " " + ShellWord.of(sandbox) + " --exec " + id;
  }

  /** Asks, over another connection where one is lost. */
  private <T> T repeated(Deadline deadline, Function<SshConnection, T> question) {
    Backoff pauses = poller.pauses();
    for (int losses = 0; ; losses++) {
      try (SshConnection connection = way.apply(deadline.left())) {
        return question.apply(connection);
      } catch (SshException failure) {
        if (failure.reason() != SshException.Reason.LOST || losses == MOST_LOSSES) {
          throw failure;
        }
        notes.accept("the connection was lost; connecting again");
      } catch (CliException failure) {
        if (failure.kind() == ErrorKind.INTERRUPTED
            && !(failure instanceof InterruptedWaitException)) {
          throw new InterruptedWaitException(null);
        }
        throw failure;
      }
      poller.pause(deadline.cap(pauses.next()));
    }
  }
}
