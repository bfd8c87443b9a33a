package run.mags.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import run.mags.api.model.Json;
import run.mags.api.model.LogEntry;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.error.ExitCode;
import run.mags.error.ShellWord;
import run.mags.ssh.DetachedCommand;
import run.mags.ssh.DetachedState;
import run.mags.ssh.DetachedState.Phase;
import run.mags.ssh.RemoteCommand;
import run.mags.ssh.SshConnection;
import run.mags.ssh.SshException;
import run.mags.terminal.Printable;

/** A command that {@code exec --detach} started in a sandbox: what can be done about it. */
final class DetachedRun {
  private static final Duration GRACE = Duration.ofSeconds(10);

  private final CliContext cli;
  private final String job;
  private final String id;

  /**
   * The command with this id.
   *
   * @param job the sandbox, as its user calls it
   * @throws CliException (NOT_FOUND) if it is no id
   */
  DetachedRun(CliContext cli, String job, String id) {
    this.cli = cli;
    this.job = job;
    this.id = id;
    if (!DetachedCommand.isId(id)) {
      throw new CliException(
          ErrorKind.NOT_FOUND,
          "'" + Printable.line(id) + "' is no id of a command",
          "mags exec --detach prints it: 16 digits and letters");
    }
  }

  /** Starts it and prints its id; answers the exit code. */
  int start(SshConnection connection, RemoteCommand command) {
    try {
      connection.detached(id).start(command);
    } catch (SshException failure) {
      if (!failure.begun()) {
        throw failure;
      }
      throw new CliException(
          ErrorKind.CONNECTION,
          "whether the command has begun is not known: " + failure.getMessage(),
          "this tells, and waits for it: " + other("wait"),
          failure);
    }
    cli.output().show(() -> Json.write(Json.object().put("exec_id", id)), () -> id);
    return ExitCode.OK;
  }

  /**
   * Shows what it has written.
   *
   * @param tail how many of the last lines of each stream; null for all
   * @param sources stdout and stderr; empty for both
   */
  int logs(boolean follow, Integer tail, List<String> sources) {
    boolean out = sources.isEmpty() || sources.contains(LogEntry.STDOUT);
    boolean err = sources.isEmpty() || sources.contains(LogEntry.STDERR);
    try (SshConnection connection = Connecting.to(cli, job, null)) {
      DetachedCommand command = connection.detached(id);
      require(command.state());
      RemoteRun run = new RemoteRun(cli, connection, false, false);
      int lines = tail == null ? -1 : tail;
      int exitCode = run.follow(command.output(run.streams(), out, err, lines, follow));
      if (exitCode != 0) {
        return exitCode;
      }
      DetachedState state = command.state();
      if (cli.output().isJson()) {
        ObjectNode json = json(state);
        run.putOutput(json);
        cli.output().show(() -> Json.write(json), () -> "");
      } else if (follow && state.phase() == Phase.LOST) {
        throw lost();
      }
      return ExitCode.OK;
    }
  }

  /** Ends it with everything it has started; answers the exit code. */
  int stop(boolean ifRunning) {
    try (SshConnection connection = Connecting.to(cli, job, null)) {
      DetachedCommand command = connection.detached(id);
      DetachedState state = require(command.state());
      if (state.phase() == Phase.RUNNING) {
        if (!command.stop(GRACE)) {
          throw new CliException(
              ErrorKind.CONNECTION,
              "the command was told to end, but whether all that it had started is gone is not"
                  + " known",
              "look again: " + other("wait"));
        }
        DetachedState ended = command.awaitEnd(GRACE);
        cli.output().show(() -> Json.write(json(ended)), () -> id);
      } else if (!ifRunning) {
        throw new CliException(
            ErrorKind.CONFLICT,
            "the command " + id + " has ended already",
            "to make that no failure: mags stop --if-running --exec "
                + id
                + " "
                + ShellWord.of(job));
      }
      return ExitCode.OK;
    }
  }

  /** The same state, unless there is no such command. */
  DetachedState require(DetachedState state) {
    if (state.phase() == Phase.UNKNOWN) {
      throw new CliException(
          ErrorKind.NOT_FOUND,
          job + " has no record of a command " + id,
          state.known().isEmpty()
              ? "none has been started there, or its workspace is another one by now"
              : "there are, newest first: " + String.join(", ", state.known()));
    }
    return state;
  }

  /** The failure to report where the command left no exit status. */
  CliException lost() {
    return new CliException(
        ErrorKind.JOB_FAILED,
        "the command "
            + id
            + " was cut off and left no exit status: the sandbox slept or was restarted, or all"
            + " was killed there",
        "what it had written by then: " + other("logs"));
  }

  /** What another command says about the same. */
  String other(String verb) {
    return "mags " + verb + " " + ShellWord.of(job) + " --exec " + id;
  }

  /** How it is, as a document. */
  ObjectNode json(DetachedState state) {
    ObjectNode json = Json.object().put("exec_id", id);
    json.put("status", state.phase().name().toLowerCase(Locale.ROOT));
    if (state.phase() == Phase.EXITED) {
      json.put("exit_code", state.exitCode());
    }
    state.began().ifPresent(began -> json.put("started_at", began.toString()));
    state.ended().ifPresent(ended -> json.put("completed_at", ended.toString()));
    return json;
  }
}
