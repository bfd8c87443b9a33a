package run.mags.ssh;

import java.io.IOException;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.apache.sshd.client.channel.AbstractClientChannel;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.ssh.SshException.Reason;

/** A connection to a sandbox, logged in; any number of commands may run over it at a time. */
public final class SshConnection implements AutoCloseable {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Duration SIDE_JOB = Duration.ofSeconds(10);

  /** A connection that was kept and still leads there opens a channel within this. */
  private static final Duration KEPT_PATIENCE = Duration.ofSeconds(3);

  private final SshTarget target;
  private final Trace trace;
  private volatile SshLine line;
  private SshPool.Lease lease;
  private Supplier<SshConnection> renewal;

  SshConnection(SshTarget target, SshLine line, Trace trace) {
    this.target = target;
    this.line = line;
    this.trace = trace;
  }

  /** From now on the line belongs to a pool, which gets it back in the end. */
  SshConnection leasedBy(SshPool.Lease owner) {
    lease = owner;
    return this;
  }

  SshLine line() {
    return line;
  }

  /**
   * What to do when a line that was kept turns out to be dead before the first command was sent
   * over it: the connection goes on over the line of the one that this gives. It is not asked for
   * other connections, nor later.
   */
  public void renewedBy(Supplier<SshConnection> anew) {
    if (lease != null && lease.isOld()) {
      renewal = anew;
    }
  }

  /**
   * Runs a command to its end.
   *
   * @param timeout from now until the command has to have exited
   * @return its exit status, 0 to 255, or 128 plus the number of the signal that ended it
   * @throws SshException as {@link #start} and {@link RemoteProcess#waitFor}, which see for the
   *     other exceptions
   */
  public int exec(RemoteCommand command, ExecStreams streams, Duration timeout) {
    Limit limit = new Limit(timeout);
    return start(command, streams, null, limit).waitFor(limit);
  }

  /**
   * Starts a command. When this returns, it has been sent.
   *
   * @param timeout from now until the server has to have opened a channel
   * @throws SshException if it does not; the command has not begun then
   */
  public RemoteProcess start(RemoteCommand command, ExecStreams streams, Duration timeout) {
    return start(command, streams, null, new Limit(timeout));
  }

  /**
   * The same on a terminal, which joins standard output and error; where the input ends, the
   * command sees what it would see of Ctrl-D.
   *
   * @param terminal what to ask for; null for none
   * @throws CliException also if the command is too long to be given together with a terminal
   */
  public RemoteProcess start(
      RemoteCommand command, ExecStreams streams, RemoteTerminal terminal, Duration timeout) {
    return start(command, streams, terminal, new Limit(timeout));
  }

  /**
   * A command that goes on without a connection: one that was started with this id, or that is to
   * be.
   *
   * @param id as {@link DetachedCommand#newId} made it
   */
  public DetachedCommand detached(String id) {
    if (!DetachedCommand.isId(id)) {
      throw new IllegalArgumentException(id);
    }
    return new DetachedCommand(this, id);
  }

  /**
   * Starts a script for {@code /bin/sh} where commands run, without the start files of a login
   * shell, which may print something. When this returns, it has been sent.
   *
   * @param timeout from now until the server has to have opened a channel
   * @throws SshException if it does not; the script has not begun then
   */
  public RemoteProcess startScript(String script, ExecStreams streams, Duration timeout) {
    return startOwn(script, streams, new Limit(timeout));
  }

  /**
   * All commands that were started to go on without a connection, as far as there is a record of
   * them: the one that began last comes first.
   */
  public List<DetachedEntry> detached() {
    return DetachedCommand.list(this);
  }

  /** Starts a script of our own where commands run, without the start files of a login shell. */
  RemoteProcess startOwn(String script, ExecStreams streams, Limit limit) {
    String id = newId();
    return startOwn(
        OverlayCommand.ofScript(script, id, OverlayCommand.OVERLAY), id, streams, limit);
  }

  /** The same for one with secrets in it. */
  RemoteProcess startSecret(String script, ExecStreams streams, Limit limit) {
    String id = newId();
    return startOwn(
        OverlayCommand.ofSecret(script, id, OverlayCommand.OVERLAY), id, streams, limit);
  }

  private RemoteProcess startOwn(
      OverlayCommand command, String id, ExecStreams streams, Limit limit) {
    return start(() -> new RemoteProcess(this, id, command, streams, null), command, limit);
  }

  private RemoteProcess start(
      RemoteCommand command, ExecStreams streams, RemoteTerminal terminal, Limit limit) {
    // What a login shell on a terminal leaves running (tmux, for one) is meant to stay.
    String id = terminal != null && command.isLoginShell() ? null : newId();
    WorkdirMark mark =
        command.workdir() == null
            ? null
            : new WorkdirMark(newId(), command.workdir(), terminal == null);
    LeftEnvironment left =
        terminal == null || command.environment().isEmpty()
            ? null
            : LeftEnvironment.leave(this, command, limit);
    OverlayCommand entering = OverlayCommand.of(command, mark, left, id, OverlayCommand.OVERLAY);
    if (terminal != null && !entering.input().isEmpty()) {
      // A terminal would echo the text, take control characters out of it, and cut long lines.
      throw new CliException(
          ErrorKind.USAGE,
          "the command is too long to be run on a terminal: at most 120 KiB are possible",
          "put it into a file in the sandbox and run that, or do without a terminal");
    }
    return start(
        () -> {
          RemoteProcess process = new RemoteProcess(this, id, entering, streams, terminal);
          if (mark != null) {
            process.expect(mark);
          }
          return process;
        },
        entering,
        limit);
  }

  private RemoteProcess start(Supplier<RemoteProcess> made, OverlayCommand command, Limit limit) {
    RemoteProcess process = opened(made, limit);
    trace.step("command sent, " + command.bytes().length + " bytes");
    return process;
  }

  /** Only the first command of a connection may find that its line is dead, and take another. */
  private RemoteProcess opened(Supplier<RemoteProcess> made, Limit limit) {
    Supplier<SshConnection> anew = renewal;
    renewal = null;
    RemoteProcess process = made.get();
    try {
      process.open(line.session(), anew == null ? limit : limit.atMost(KEPT_PATIENCE));
      return process;
    } catch (SshException notSent) {
      if (anew == null) {
        throw notSent;
      }
    }
    lease.spoil();
    SshConnection fresh = anew.get();
    line = fresh.line;
    lease = fresh.lease;
    RemoteProcess again = made.get();
    again.open(line.session(), limit);
    return again;
  }

  void register(AbstractClientChannel channel) throws IOException {
    line.session().register(channel);
  }

  void accept(RemoteForwards forwards) {
    line.session().accept(forwards);
  }

  /**
   * Asks the server to listen for a forwarding.
   *
   * @return the port
   */
  int requestForward(Forward forward, RemoteForwards forwards) {
    String bind = forward.listensEverywhere() ? "" : forward.bind();
    if (forward.port() != 0) {
      // A connection may come before we have the answer.
      forwards.add(forward.port(), forward);
    }
    try {
      int port =
          line.session()
              .requestForward(bind == null ? "localhost" : bind, forward.port(), SIDE_JOB);
      forwards.add(port, forward);
      return port;
    } catch (IOException refused) {
      throw new SshException(
          Reason.REFUSED,
          "the sandbox cannot listen on port "
              + forward.port()
              + " for -R: "
              + refused.getMessage(),
          "the port may be in use there, or its SSH server may forward nothing",
          refused);
    }
  }

  TargetSession session() {
    return line.session();
  }

  /** From now on what the server says on channels goes to a relay; none may be open. */
  void handTo(Relay relay) {
    line.session().handTo(relay);
  }

  /** Whether the connection stands, as far as is known. */
  public boolean isOpen() {
    return line.session().isOpen();
  }

  /**
   * Waits until the connection ends by itself.
   *
   * @return why it did
   */
  public SshException awaitLoss() throws InterruptedException {
    CountDownLatch closed = new CountDownLatch(1);
    line.link().addCloseFutureListener(future -> closed.countDown());
    closed.await();
    return failures().notOpened(true, line.link().failure(), new Limit(SIDE_JOB));
  }

  /**
   * Closes the connection and all channels on it, unless it is kept for others. Commands that still
   * run are left to themselves.
   */
  @Override
  public void close() {
    if (lease == null) {
      line.close();
    } else {
      lease.end();
    }
  }

  /** What goes wrong on this connection, in words. */
  SshFailures failures() {
    return new SshFailures(target, line);
  }

  /** Watches from now on whether the other side is there. */
  Vigil vigil() {
    return new Vigil(line.link());
  }

  /** The other side no longer answers: nobody else is to use this line. */
  void giveUp() {
    if (lease != null) {
      lease.condemn();
    }
  }

  Trace trace() {
    return trace;
  }

  /** Sends a signal to the processes marked with {@code id}; false if there are none. */
  boolean signalMarked(String id, String name) {
    return sideJob(MarkedProcesses.signal(id, name), SIDE_JOB) == 0;
  }

  /** Ends the processes marked with {@code id}; whether none is left. */
  boolean endMarked(String id, String name, Duration grace) {
    return sideJob(MarkedProcesses.end(id, name, grace), SIDE_JOB.plus(grace)) == 0;
  }

  /** The exit status of a script that runs outside the overlay; -1 if there is none. */
  private int sideJob(String script, Duration timeout) {
    OutputStream nowhere = OutputStream.nullOutputStream();
    Limit limit = new Limit(timeout);
    try {
      OverlayCommand command = new OverlayCommand(script, "");
      ExecStreams streams = new ExecStreams(null, nowhere, nowhere);
      return start(() -> new RemoteProcess(this, newId(), command, streams, null), command, limit)
          .waitFor(limit);
    } catch (SshException failed) {
      trace.step("could not reach the command's processes: " + failed.getMessage());
      return -1;
    }
  }

  static String newId() {
    return Long.toHexString(RANDOM.nextLong() | Long.MIN_VALUE);
  }

  /** Fails if a command has given the sign that its directory cannot be entered. */
  void requireEntered(WorkdirMark mark) {
    if (mark != null && mark.isSeen()) {
      throw new CliException(
          ErrorKind.REFUSED,
          "the directory '" + mark.directory() + "' in the sandbox cannot be entered",
          "the command was not run; a relative directory is meant from the home directory");
    }
  }
}
