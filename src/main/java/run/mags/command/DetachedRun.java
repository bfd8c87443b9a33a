package run.mags.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import run.mags.api.model.Json;
import run.mags.api.model.LogEntry;
import run.mags.client.DetachedCommands;
import run.mags.client.MagsClient;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.error.ExitCode;
import run.mags.error.ShellWord;
import run.mags.ssh.DetachedCommand;
import run.mags.ssh.DetachedEntry;
import run.mags.ssh.DetachedState;
import run.mags.ssh.DetachedState.Phase;
import run.mags.ssh.ExecStreams;
import run.mags.ssh.RemoteCommand;
import run.mags.terminal.Printable;
import run.mags.terminal.Spinner;

/** The commands that {@code exec --detach} starts in a sandbox: what can be done about them. */
final class DetachedRun {
  private final CliContext cli;
  private final String job;
  private final Duration connectTimeout;

  /**
   * Those of a sandbox.
   *
   * @param job the sandbox, as its user calls it
   * @param connectTimeout how long to try to reach it; null for the usual
   */
  DetachedRun(CliContext cli, String job, Duration connectTimeout) {
    this.cli = cli;
    this.job = job;
    this.connectTimeout = connectTimeout;
  }

  private DetachedCommands commands() {
    return cli.mags().detached(job, left -> Connecting.to(cli, job, connectTimeout));
  }

  private static void check(String id) {
    if (!DetachedCommand.isId(id)) {
      throw new CliException(
          ErrorKind.NOT_FOUND,
          "'" + Printable.line(id) + "' is no id of a command",
          "mags exec --detach prints it: 16 digits and letters");
    }
  }

  /** Starts one and prints its id; answers the exit code. */
  int start(RemoteCommand command) {
    String id = commands().start(command);
    cli.output().show(() -> Json.write(Json.object().put("exec_id", id)), () -> id);
    return ExitCode.OK;
  }

  /** Lists them; answers the exit code. */
  int list() {
    List<DetachedEntry> entries = commands().list();
    cli.output().show(() -> json(entries), () -> DetachedTable.of(cli, entries));
    if (entries.isEmpty() && !cli.output().isJson()) {
      cli.output().note("no commands");
    }
    return ExitCode.OK;
  }

  /**
   * Shows what one has written.
   *
   * @param tail how many of the last lines of each stream; null for all
   * @param sources stdout and stderr; empty for both
   */
  int logs(String id, boolean follow, Integer tail, List<String> sources) {
    check(id);
    CommandOutput output = new CommandOutput(cli);
    ExecStreams all = output.streams(null);
    OutputStream out = sources.isEmpty() || sources.contains(LogEntry.STDOUT) ? all.out() : null;
    OutputStream err = sources.isEmpty() || sources.contains(LogEntry.STDERR) ? all.err() : null;
    int lines = tail == null ? -1 : tail;
    DetachedState state;
    try {
      state = interruptible(id, () -> commands().show(id, out, err, lines, follow));
    } catch (CliException failure) {
      throw output.with(failure);
    }
    if (cli.output().isJson()) {
      ObjectNode json = json(id, state);
      output.putInto(json);
      cli.output().show(() -> Json.write(json), () -> "");
    } else if (follow && state.phase() == Phase.LOST) {
      throw commands().lost(id);
    }
    return ExitCode.OK;
  }

  /**
   * Waits for the end of one, and answers its exit status.
   *
   * @param limit how long; null for no limit
   */
  int await(String id, Duration limit) {
    check(id);
    DetachedCommands commands =
        cli.mags().detached(job, left -> Connecting.within(cli, job, least(left)));
    DetachedState state =
        interruptible(
            id,
            () ->
                Spinner.during(
                    cli.output(), "waiting for the command", () -> commands.awaitEnd(id, limit)));
    if (state.phase() != Phase.EXITED) {
      throw commands.lost(id);
    }
    cli.output().show(() -> Json.write(json(id, state)), () -> "");
    return state.exitCode();
  }

  private Duration least(Duration left) {
    Duration limit = connectTimeout == null ? MagsClient.DEFAULT_LIMIT : connectTimeout;
    return left.compareTo(limit) < 0 ? left : limit;
  }

  private <T> T interruptible(String id, Supplier<T> work) {
    String hint =
        "the command goes on; to end it: mags stop " + ShellWord.of(job) + " --exec " + id;
    return Interrupts.during(cli, () -> hint, work);
  }

  /** Ends one with everything it has started; answers the exit code. */
  int stop(String id, boolean ifRunning) {
    check(id);
    try {
      DetachedState ended = commands().stop(id);
      cli.output().show(() -> Json.write(json(id, ended)), () -> id);
    } catch (CliException failure) {
      if (!ifRunning || failure.kind() != ErrorKind.CONFLICT) {
        throw failure;
      }
    }
    return ExitCode.OK;
  }

  private static String json(List<DetachedEntry> entries) {
    ArrayNode array = Json.array();
    entries.forEach(entry -> array.add(json(entry.id(), entry.state())));
    return Json.write(array);
  }

  /** How one is, as a document. */
  private static ObjectNode json(String id, DetachedState state) {
    ObjectNode json = Json.object().put("exec_id", id);
    json.put("status", state.phase().name().toLowerCase(Locale.ROOT));
    if (state.phase() == Phase.EXITED) {
      json.put("exit_code", state.exitCode());
    }
    state.began().map(Instant::toString).ifPresent(began -> json.put("started_at", began));
    state.ended().map(Instant::toString).ifPresent(ended -> json.put("completed_at", ended));
    return json;
  }
}
