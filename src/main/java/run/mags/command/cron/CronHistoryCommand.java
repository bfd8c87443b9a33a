package run.mags.command.cron;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import run.mags.api.model.CronJob;
import run.mags.api.model.Json;
import run.mags.api.model.PastRun;
import run.mags.command.BaseCommand;
import run.mags.command.CliContext;
import run.mags.error.ExitCode;
import run.mags.terminal.Printable;
import run.mags.view.PastRunTable;

/** {@code cron history}: the last runs of a cron job. */
@Command(
    name = "history",
    description = {
      "Show the last runs of a cron job, newest first.",
      "Nothing is printed where the API keeps none."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  mags cron history backup", "  mags logs ID   # what a run printed"})
final class CronHistoryCommand extends BaseCommand {
  @Parameters(paramLabel = "NAME|ID", description = "The cron job.")
  String job;

  CronHistoryCommand(Supplier<CliContext> context) {
    super(context);
  }

  @Override
  protected int execute(CliContext cli) {
    CronJob found = cli.mags().cron().find(job);
    List<PastRun> runs = found.runs();
    cli.output().show(() -> json(runs), () -> PastRunTable.text(runs, cli.output().style()));
    if (runs.isEmpty() && !cli.output().isJson()) {
      boolean hasRun = found.runCount() != null && found.runCount() > 0;
      cli.output()
          .note(
              hasRun
                  ? "the API keeps no runs; its jobs: mags list --name " + Printable.text(job)
                  : "no runs yet");
    }
    return ExitCode.OK;
  }

  private static String json(List<PastRun> runs) {
    ArrayNode array = Json.array();
    runs.forEach(run -> array.add(run.toJson()));
    return Json.write(array);
  }
}
