package run.mags.command.cron;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import run.mags.api.model.CronJob;
import run.mags.api.model.CronRequest;
import run.mags.api.model.Json;
import run.mags.client.CronJobs;
import run.mags.command.BaseCommand;
import run.mags.command.CliContext;
import run.mags.command.Host;
import run.mags.command.option.EnvOptions;
import run.mags.command.option.ScriptArgument;
import run.mags.error.CliException;
import run.mags.error.ExitCode;
import run.mags.schedule.Schedule;

/** {@code cron add}: runs a script on a schedule. */
@Command(
    name = "add",
    description = {
      "Run a script on a schedule; prints the id of the cron job.",
      "The schedule has the five fields minute, hour, day of month, month and day of",
      "week, in UTC, or is one of @hourly @daily @weekly @monthly @yearly. A range of",
      "days of the week may go past its end: FRI-MON. It is checked before anything",
      "is sent, and the next runs are shown."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  mags cron add --name backup --schedule '30 2 * * *' -w data './backup.sh'",
      "  mags cron add --name report --schedule @weekly --env TO=me - < report.sh"
    })
final class CronAddCommand extends BaseCommand {
  private static final int SHOWN_RUNS = 3;

  @Option(
      names = "--name",
      required = true,
      paramLabel = "NAME",
      description = "Its name. Required.")
  String name;

  @Option(
      names = "--schedule",
      required = true,
      paramLabel = "EXPR",
      description = "When it runs, such as '30 2 * * 1-5'. Required.")
  String expression;

  @Option(
      names = {"-w", "--workspace"},
      paramLabel = "WORKSPACE",
      description = "Work in this workspace, which is kept.")
  String workspace;

  @Option(
      names = {"-p", "--persistent"},
      description = "Keep each run's sandbox after its script.")
  boolean persistent;

  @Mixin final ScriptArgument script = new ScriptArgument();
  @Mixin final EnvOptions environment = new EnvOptions();

  CronAddCommand(Supplier<CliContext> context) {
    super(context);
  }

  @Override
  protected int execute(CliContext cli) {
    CronJobs.requireName(name);
    Schedule schedule = schedule();
    Host host = cli.host();
    String text = script.text(host.terminal().in(), host.cwd());
    Map<String, String> variables =
        environment.variables(host.env(), host.terminal().in(), host.cwd());
    CronJob job =
        cli.mags()
            .cron()
            .add(
                new CronRequest(
                    name,
                    schedule.expression(),
                    text,
                    workspace,
                    variables,
                    persistent ? Boolean.TRUE : null));
    List<Instant> runs = schedule.next(host.clock().instant(), Schedule.ZONE, SHOWN_RUNS);
    for (Instant run : runs) {
      cli.output().note("runs at " + time(run, host.clock().getZone()));
    }
    cli.output().show(() -> json(job, runs), job::id);
    return ExitCode.OK;
  }

  private Schedule schedule() {
    try {
      return Schedule.parse(expression);
    } catch (CliException wrong) {
      throw usage(wrong.getMessage() + "; " + wrong.hint().orElse(""));
    }
  }

  private static String time(Instant run, ZoneId here) {
    DateTimeFormatter format = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm zzz", Locale.ROOT);
    return format.withZone(ZoneOffset.UTC).format(run).replace("Z", "UTC")
        + ", here "
        + format.withZone(here).format(run);
  }

  private static String json(CronJob job, List<Instant> runs) {
    ObjectNode json = job.toJson();
    ArrayNode next = json.putArray("next_runs");
    runs.forEach(run -> next.add(run.toString()));
    return Json.write(json);
  }
}
