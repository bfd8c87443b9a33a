package run.mags.command.cron;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import run.mags.api.model.CronJob;
import run.mags.api.model.Json;
import run.mags.command.BaseCommand;
import run.mags.command.CliContext;
import run.mags.error.ExitCode;
import run.mags.view.CronTable;

/** {@code cron list}: all cron jobs. */
@Command(
    name = "list",
    aliases = "ls",
    description = "List the cron jobs.",
    footerHeading = "%nExamples:%n",
    footer = {"  mags cron list", "  mags cron list --json | jq -r '.[].name'"})
final class CronListCommand extends BaseCommand {
  CronListCommand(Supplier<CliContext> context) {
    super(context);
  }

  @Override
  protected int execute(CliContext cli) {
    List<CronJob> jobs = cli.mags().cron().list();
    cli.output().show(() -> json(jobs), () -> CronTable.text(jobs, cli.output().style()));
    if (jobs.isEmpty() && !cli.output().isJson()) {
      cli.output().note("no cron jobs");
    }
    return ExitCode.OK;
  }

  private static String json(List<CronJob> jobs) {
    ArrayNode array = Json.array();
    jobs.forEach(job -> array.add(job.toJson()));
    return Json.write(array);
  }
}
