package run.mags.ssh;

import java.io.IOException;
import java.time.Duration;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.ssh.CommandProgress.State;
import run.mags.terminal.OutputException;
import run.mags.terminal.WindowSize;

/**
 * A command that runs on the other side. One thread writes its output and another feeds its input;
 * both are left behind when they hang in a local stream.
 */
public final class RemoteProcess {
  /** How long a program that was asked to end may take before it is killed. */
  public static final Duration GRACE = Duration.ofSeconds(2);

  private static final Duration ROUND = Duration.ofMillis(50);
  private static final Duration LAST_WORDS = Duration.ofSeconds(1);

  private final SshConnection connection;
  private final String id;
  private final CommandChannel channel;
  private final InputFeed input;
  private final OutputWriter output;

  private final CommandProgress progress = new CommandProgress();
  private final ChannelRequests requests;
  private volatile boolean unheard;

  /**
   * A command that is not sent yet.
   *
   * @param id the mark of its processes; null if they have none, and are to be hung up on when they
   *     have to end
   * @param terminal for it to run on, or null
   */
  RemoteProcess(
      SshConnection connection,
      String id,
      OverlayCommand command,
      ExecStreams streams,
      RemoteTerminal terminal) {
    this.connection = connection;
    this.id = id;
    int endMark =
        terminal == null ? InputFeed.NO_MARK : new TerminalModes(terminal.settings()).endOfInput();
    this.input = new InputFeed(command.inputBytes(), streams.in(), endMark, progress::inputFailed);
    this.channel = new CommandChannel(command.bytes(), terminal, input.isEmpty(), new Arrivals());
    this.requests = new ChannelRequests(channel, progress);
    this.output =
        new OutputWriter(streams.out(), streams.err(), channel::written, progress::changed);
  }

  /** Before it is opened: the command gives this sign where its directory cannot be entered. */
  void expect(WorkdirMark sign) {
    output.expect(sign);
  }

  /**
   * Opens the channel and sends the command.
   *
   * @throws SshException if the server does not open one in time, or the connection ends; the
   *     command is certain not to be sent then
   */
  void open(TargetSession session, Limit limit) {
    channel.addCloseFutureListener(
        closing -> {
          output.release();
          progress.closed();
        });
    try {
      session.register(channel);
      channel.open().addListener(progress::opened);
      progress.awaitOpen(limit);
      if (!progress.isOpened() && channel.cancel()) {
        Throwable failure = progress.openFailure();
        throw connection
            .failures()
            .notOpened(progress.isClosed() && failure == null, failure, limit);
      }
    } catch (IOException | IllegalStateException lost) {
      throw connection.failures().notOpened(true, lost, limit);
    } catch (InterruptedException interrupt) {
      channel.cancel();
      abandon();
      throw interrupted();
    }
    output.start();
  }

  /**
   * Waits for the command to exit and for its output to be written. What the command left running
   * is not waited for; where it still holds the outputs, it is followed while it writes without a
   * pause of 0.9 s, and for 10 s at most (or until 8 MiB have come, on a slow way).
   *
   * @param timeout how long the command may run from now on
   * @return its exit status, 0 to 255, or 128 plus the number of the signal that ended it
   * @throws SshException if the connection or the channel ended before the status came, if the
   *     server refused the command, or if the timeout ran out; in the last case the command and
   *     what it started have been ended
   * @throws OutputException if a local output could not be written; the command has been ended
   * @throws CliException of kind REFUSED if the command's directory cannot be entered: nothing of
   *     it was run; of kind FILE if the local input could not be read, of kind INTERRUPTED if this
   *     thread was interrupted; the command has been ended
   */
  public int waitFor(Duration timeout) {
    return waitFor(new Limit(timeout));
  }

  int waitFor(Limit limit) {
    try {
      State state = await(limit);
      Integer exitCode = progress.exitCode();
      connection.trace().step("command: " + state + (exitCode == null ? "" : " " + exitCode));
      return switch (state) {
        case EXITED -> {
          connection.requireEntered(output.mark());
          yield exitCode;
        }
        case OUTPUT_FAILED -> {
          stop("TERM", GRACE);
          throw new OutputException(output.failure());
        }
        case INPUT_FAILED -> {
          stop("TERM", GRACE);
          throw new CliException(
              ErrorKind.FILE,
              "cannot read the input: " + progress.inputFailure().getMessage(),
              "the command was ended, since it would have taken the part for the whole",
              progress.inputFailure());
        }
        case REFUSED -> throw connection.failures().refused();
        case NO_TERMINAL -> {
          stop("TERM", GRACE);
          throw connection.failures().noTerminal();
        }
        case TIMED_OUT -> {
          boolean gone = stop("TERM", GRACE);
          throw connection.failures().timedOut(limit, gone, unheard);
        }
        case UNHEARD -> {
          unheard = true;
          throw connection.failures().unheard();
        }
        case LOST, RUNNING, SETTLING -> throw connection.failures().lost(id == null);
      };
    } catch (InterruptedException interrupt) {
      stop("TERM", GRACE);
      throw interrupted();
    } finally {
      abandon();
    }
  }

  private State await(Limit limit) throws InterruptedException {
    Settling settling = null;
    while (true) {
      State state = progress.awaitChange(output, limit, ROUND.toMillis());
      if (state != State.SETTLING) {
        return state;
      }
      settling = settling == null ? new Settling(output.arrived()) : settling;
      long start = System.nanoTime();
      awaitRound();
      long millis = (System.nanoTime() - start) / 1_000_000;
      if (settling.isOver(output.arrived(), millis, progress.isLate())) {
        output.release();
        progress.settled(settling.isFlowing());
      }
    }
  }

  /**
   * Whether {@link #waitFor} has left output that something other than the command went on with.
   */
  public boolean isOutputCut() {
    return progress.isCut();
  }

  /** How many bytes of its standard output, or else error, were written to the local stream. */
  public long written(boolean isError) {
    return output.written(isError);
  }

  /** Lets some time pass, and then as much as a question and its answer take. */
  private void awaitRound() throws InterruptedException {
    progress.await(progress::isOver, new Limit(ROUND));
    if (!progress.isOver()) {
      requests.ping();
    }
  }

  /**
   * Tells the size that the terminal of the command has now; the command must have one. On a
   * connection that is gone it does nothing; on one that hangs it may block.
   */
  public void resize(WindowSize size) {
    try {
      channel.resize(size);
    } catch (IOException lost) {
      // Whoever waits for the command finds out, too.
    }
  }

  /**
   * Sends a signal to the command and its children.
   *
   * @param name without {@code SIG}, such as {@code INT}
   * @return whether it was delivered; false also when the connection is gone
   */
  public boolean signal(String name) {
    progress.hurry();
    return requests.signal(name) || (id != null && connection.signalMarked(id, name));
  }

  /**
   * Asks the command and its children to end, and has the other side kill what is left of them
   * after a while, be this connection there or not by then. From now on {@link #waitFor} gives up
   * when nothing has come from the other side for 5 s. Returns when nothing is left, or when that
   * cannot be found out; while the connection hangs it may block.
   *
   * @param name the signal, without {@code SIG}
   */
  public void end(String name, Duration patience) {
    progress.endUnder(connection.vigil());
    signal(name);
    if (id != null) {
      connection.endMarked(id, null, patience);
    }
  }

  /**
   * Ends the command and everything it has started that has not freed itself of its environment:
   * first by a signal, and what is left after some time by killing it. A login shell on a terminal
   * is hung up on instead. Gives up where nothing has come from the other side for 5 s.
   *
   * @param name the first signal, without {@code SIG}
   * @param grace the time between the two
   * @return whether nothing is known to be left
   */
  public boolean stop(String name, Duration grace) {
    boolean interrupted = Thread.interrupted();
    connection.trace().step("stopping the command");
    Boolean gone = null;
    try {
      gone = connection.vigil().during(() -> id == null ? hangUp() : endAll(name, grace));
      unheard = gone == null;
    } catch (InterruptedException again) {
      interrupted = true;
    }
    if (!unheard) {
      awaitLastWords();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return Boolean.TRUE.equals(gone);
  }

  /** The server takes the terminal away, which ends what has not provided for that. */
  private boolean hangUp() {
    channel.close(false);
    return true;
  }

  private boolean endAll(String name, Duration grace) {
    boolean told = requests.signal(name);
    boolean gone = connection.endMarked(id, told ? null : name, grace);
    if (!gone) {
      requests.signal("KILL");
    }
    return gone;
  }

  /** What a command said while it was ended is still on its way; a reader that hangs may not be. */
  private void awaitLastWords() {
    try {
      progress.await(
          () -> progress.isClosed() || (progress.isOver() && output.isDrained()),
          new Limit(LAST_WORDS));
    } catch (InterruptedException interrupt) {
      Thread.currentThread().interrupt();
    }
  }

  private static CliException interrupted() {
    Thread.currentThread().interrupt();
    return new CliException(ErrorKind.INTERRUPTED, "interrupted");
  }

  /** Lets go of everything; what is still to be written or read locally is dropped. */
  private void abandon() {
    input.abandon();
    output.end();
    if (unheard) {
      connection.giveUp();
      // Saying so to the other side may block.
      Thread closing = new Thread(() -> channel.close(false), "ssh-ending");
      closing.setDaemon(true);
      closing.start();
    } else {
      channel.close(false);
    }
  }

  /** What the network brings, on the thread that reads it. */
  private final class Arrivals implements CommandChannel.Events {
    @Override
    public void started(boolean accepted) {
      if (accepted) {
        input.start(channel);
      } else {
        progress.refused();
      }
    }

    @Override
    public void terminalRefused() {
      progress.noTerminal();
    }

    @Override
    public void received(boolean isError, byte[] data, int offset, int count) {
      output.add(isError, data, offset, count);
    }

    @Override
    public void ended() {
      output.release();
      progress.ended();
    }

    @Override
    public void inputRefused() {
      input.abandon();
    }

    @Override
    public void exited(int status) {
      input.abandon();
      progress.exited(status, output.arrived());
    }
  }
}
