package run.mags.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import run.mags.api.model.Job;
import run.mags.api.model.Json;
import run.mags.client.MagsClient;
import run.mags.command.option.DurationConverter;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.error.ExitCode;
import run.mags.error.ShellWord;
import run.mags.terminal.Printable;

/** {@code stop}: stops jobs. */
@Command(
    name = "stop",
    description = "Stop jobs, or a command in one. Their workspaces stay.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  mags stop dev",
      "  mags stop --if-running --wait dev",
      "  mags list --status running --json | jq -r '.[].name' | xargs mags stop"
    })
public final class StopCommand extends BaseCommand {
  @Parameters(arity = "1..*", paramLabel = "NAME|ID", description = "The jobs.")
  List<String> jobs;

  @Option(
      names = "--if-running",
      description = "A job that is not there, or has ended, is as good as stopped.")
  boolean ifRunning;

  @Option(
      names = "--exec",
      paramLabel = "ID",
      description = "End only this command in it, whose id exec --detach has printed.")
  String exec;

  @Option(names = "--wait", description = "Wait until they have stopped.")
  boolean wait;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "How long to wait (default 60s). Needs --wait.")
  Duration timeout;

  @Option(
      names = "--connect-timeout",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "How long to try to reach the sandbox (default 60s). Needs --exec.")
  Duration connectTimeout;

  /** The command. */
  public StopCommand(Supplier<CliContext> context) {
    super(context);
  }

  @Override
  protected int execute(CliContext cli) {
    if (timeout != null && !wait) {
      throw usage("--timeout needs --wait");
    }
    if (exec != null) {
      if (jobs.size() > 1 || wait) {
        throw usage("--exec goes with one NAME, and waits for the end as it is");
      }
      return new DetachedRun(cli, jobs.get(0), connectTimeout).stop(exec, ifRunning);
    }
    if (connectTimeout != null) {
      throw usage("--connect-timeout needs --exec");
    }
    List<Job> found = new ArrayList<>();
    for (String job : new LinkedHashSet<>(jobs)) {
      // All are looked up before any is stopped: a wrong name stops nothing.
      find(cli, job).ifPresent(found::add);
    }
    List<Job> stopped = new ArrayList<>();
    for (Job job : found) {
      stopped.add(cli.mags().stop(job));
    }
    if (wait) {
      stopped.replaceAll(job -> job.state().isFinal() ? job : awaitEnd(cli, job));
    }
    cli.output().show(() -> json(stopped), () -> text(stopped));
    return ExitCode.OK;
  }

  private Optional<Job> find(CliContext cli, String nameOrId) {
    Optional<Job> job =
        ifRunning ? cli.mags().findIfThere(nameOrId) : Optional.of(cli.mags().find(nameOrId));
    if (job.isPresent() && job.get().state().isFinal()) {
      if (ifRunning) {
        return Optional.empty();
      }
      throw new CliException(
          ErrorKind.CONFLICT,
          nameOrId + " is not running: its status is " + job.get().status(),
          "to make that no failure: mags stop --if-running " + ShellWord.of(nameOrId));
    }
    return job;
  }

  private Job awaitEnd(CliContext cli, Job job) {
    String id = job.requestId();
    Duration limit = timeout == null ? MagsClient.DEFAULT_LIMIT : timeout;
    return Interrupts.during(
        cli,
        () -> "the stop goes on: mags status " + id,
        () -> cli.mags().awaitEnd(id, label(job), limit));
  }

  private static String label(Job job) {
    return job.name() == null ? job.requestId() : job.name();
  }

  private static String text(List<Job> stopped) {
    StringBuilder text = new StringBuilder();
    for (Job job : stopped) {
      text.append(Printable.line(label(job))).append('\n');
    }
    return text.toString();
  }

  private static String json(List<Job> stopped) {
    ArrayNode array = Json.array();
    stopped.forEach(job -> array.add(job.toJson()));
    return Json.write(array);
  }
}
