package run.mags.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import run.mags.api.model.Job;
import run.mags.api.model.Json;
import run.mags.command.option.CountConverter;
import run.mags.error.ExitCode;
import run.mags.terminal.Style;
import run.mags.terminal.Terminal;
import run.mags.view.JobView;

/** {@code list}: recent jobs, newest first. */
@Command(
    name = "list",
    aliases = "ls",
    description = "List jobs, or the commands that go on in one, newest first.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  mags list",
      "  mags list --all --status running",
      "  mags list --name 'env-*' --json | jq -r '.[].request_id'",
      "  mags list --exec dev"
    })
public final class ListCommand extends BaseCommand {
  private static final int DEFAULT_LIMIT = 50;

  @Option(
      names = {"-n", "--limit"},
      paramLabel = "N",
      converter = CountConverter.class,
      description = "At most N jobs (default 50).")
  Integer limit;

  @Option(
      names = {"-a", "--all"},
      description = "All jobs, whatever their number.")
  boolean all;

  @Option(
      names = "--status",
      paramLabel = "STATUS",
      split = ",",
      description = "Only jobs in this status, such as running or sleeping. Repeatable.")
  List<String> statuses = new ArrayList<>();

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Only jobs of this name; * and ? stand for any text and any character.")
  String name;

  @Option(
      names = "--exec",
      paramLabel = "NAME|ID",
      description = "Instead, the commands that exec --detach has started in this sandbox.")
  String exec;

  /** The command. */
  public ListCommand(Supplier<CliContext> context) {
    super(context);
  }

  @Override
  protected int execute(CliContext cli) {
    if (exec != null) {
      if (all || limit != null || !statuses.isEmpty() || name != null) {
        throw usage("--exec lists all commands of one sandbox; nothing else goes with it");
      }
      return new DetachedRun(cli, exec, null).list();
    }
    if (all && limit != null) {
      throw usage("--all and --limit contradict each other");
    }
    List<Job> jobs = jobs(cli);
    cli.output().show(() -> json(jobs), () -> table(cli, jobs));
    if (jobs.isEmpty() && !cli.output().isJson()) {
      cli.output().note(statuses.isEmpty() && name == null ? "no jobs" : "no such jobs");
    }
    return ExitCode.OK;
  }

  private List<Job> jobs(CliContext cli) {
    int most = all ? Integer.MAX_VALUE : limit == null ? DEFAULT_LIMIT : limit;
    List<Job> jobs = new ArrayList<>();
    for (Job job : cli.api().allJobs()) {
      if (isWanted(job)) {
        jobs.add(job);
        if (jobs.size() == most) {
          break;
        }
      }
    }
    return jobs;
  }

  private static String table(CliContext cli, List<Job> jobs) {
    Terminal terminal = cli.host().terminal();
    Style style = cli.output().style();
    return terminal.outIsTerminal()
        ? JobView.table(jobs, style, terminal.width(), cli.host().clock().instant())
        : JobView.table(jobs, style);
  }

  private boolean isWanted(Job job) {
    return (statuses.isEmpty() || statuses.contains(job.status()))
        && (name == null || (job.name() != null && Glob.matches(name, job.name())));
  }

  private static String json(List<Job> jobs) {
    ArrayNode array = Json.array();
    jobs.forEach(job -> array.add(job.toJson()));
    return Json.write(array);
  }
}
