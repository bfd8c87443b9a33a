package run.mags.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import run.mags.api.model.Json;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.error.ExitCode;
import run.mags.ssh.RemoteCommand;
import run.mags.ssh.RemoteProcess;
import run.mags.ssh.SshConnection;
import run.mags.ssh.SshException;
import run.mags.terminal.Signals;

/**
 * A command on the other side with our streams and our signals: the first INT, TERM or HUP goes to
 * the command and its children, which get some seconds to end; a second one leaves at once. A login
 * shell on a terminal is hung up on by the first: shells ignore what asks them to end.
 */
final class RemoteRun {
  /** Longer than any command: the SSH side wants a limit. */
  static final Duration FOR_EVER = Duration.ofDays(3650);

  private static final Duration OPEN_TIMEOUT = Duration.ofSeconds(30);

  /** How long a command that was signalled may take to end before it is killed. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** How long a connection may take to close before we end without that. */
  private static final Duration CLOSING = Duration.ofSeconds(3);

  private final CliContext cli;
  private final SshConnection connection;
  private final boolean input;
  private final LentTerminal terminal;
  private final CommandOutput output;
  private final AtomicReference<String> signalled = new AtomicReference<>();
  private final CountDownLatch over = new CountDownLatch(1);
  private boolean hangsUp;
  private volatile boolean left;
  private volatile long signalledAt;

  /**
   * A run over this connection.
   *
   * @param input whether our standard input is passed on
   * @param onTerminal whether the command gets a terminal, which is ours if our input is one
   * @param forwards the ports that are forwarded meanwhile, a line each
   */
  RemoteRun(
      CliContext cli,
      SshConnection connection,
      boolean input,
      boolean onTerminal,
      Supplier<List<String>> forwards) {
    this.cli = cli;
    this.connection = connection;
    this.input = input;
    this.output = new CommandOutput(cli);
    this.terminal = onTerminal ? new LentTerminal(cli, input, this::leave, forwards) : null;
  }

  /** Runs the command and answers the exit code for it. */
  int run(RemoteCommand command, Duration limit) {
    long start = cli.host().sleeper().nanos();
    hangsUp = terminal != null && command.isLoginShell();
    int status;
    try {
      status =
          await(
              connection.start(
                  command,
                  output.streams(in()),
                  terminal == null ? null : terminal.request(),
                  OPEN_TIMEOUT),
              limit);
    } finally {
      over.countDown();
      if (terminal != null) {
        terminal.close();
      }
    }
    if (cli.output().isJson()) {
      show(status, Duration.ofNanos(cli.host().sleeper().nanos() - start));
    }
    return status;
  }

  private int await(RemoteProcess process, Duration limit) {
    Signals.Registration forwarding =
        cli.host().signals().handle(ExitSignal.NAMES, name -> signalled(process, name));
    try {
      if (terminal != null) {
        terminal.lendTo(process, () -> signalled(process, "HUP"));
      }
      int status = process.waitFor(limit);
      String signal = signalled.get();
      if (signal == null) {
        if (process.isOutputCut()) {
          cli.output().warn("something that the command left running writes on; no more is shown");
        }
        return status;
      }
      // What the command left running was meant to end with it.
      process.stop(signal, RemoteProcess.GRACE);
      return ExitSignal.exitCode(signal);
    } catch (SshException lost) {
      if (terminal != null) {
        terminal.abandoned();
      }
      if (left) {
        throw new CliException(
            ErrorKind.CONNECTION, "the session was ended by ~.", "what it ran was hung up on");
      }
      if (hangsUp && signalled.get() != null) {
        return ExitSignal.exitCode(signalled.get());
      }
      throw output.with(lost);
    } catch (CliException failed) {
      throw output.with(failed);
    } finally {
      forwarding.close();
    }
  }

  private InputStream in() {
    if (terminal != null && terminal.keyboard() != null) {
      return terminal.keyboard();
    }
    return input ? cli.host().terminal().in() : null;
  }

  private void signalled(RemoteProcess process, String name) {
    long now = cli.host().sleeper().nanos();
    if (!signalled.compareAndSet(null, name)) {
      if (Interrupts.isDeliberate(now - signalledAt)) {
        if (!hangsUp) {
          cli.output().warn("left without the command's end; it may still be running");
        }
        exit(ExitSignal.exitCode(name));
      }
      return;
    }
    signalledAt = now;
    if (hangsUp) {
      cut(ExitSignal.exitCode(name));
    } else {
      forward(process, name);
    }
  }

  private void forward(RemoteProcess process, String name) {
    daemon(
        "signal-" + name,
        () -> {
          process.signal(name);
          process.killAfter(PATIENCE);
        });
  }

  /** The user has had enough of this session. */
  private void leave() {
    left = true;
    cut(ExitCode.NOT_THE_REMOTES);
  }

  /** Closes the connection; where even that hangs, ends the process. */
  private void cut(int exitCode) {
    terminal.close();
    daemon("cut", connection::close);
    try {
      if (!over.await(CLOSING.toMillis(), TimeUnit.MILLISECONDS)) {
        exit(exitCode);
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  private void exit(int exitCode) {
    if (terminal != null) {
      terminal.close();
    }
    cli.host().exit().accept(exitCode);
  }

  private static void daemon(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  private void show(int status, Duration spent) {
    ObjectNode json = Json.object();
    json.put("exit_code", status);
    output.putInto(json);
    json.put("duration_ms", spent.toMillis());
    cli.output().show(() -> Json.write(json), () -> "");
  }
}
