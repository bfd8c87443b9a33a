package run.mags.command.cron;

import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import run.mags.api.model.CronJob;
import run.mags.api.model.Json;
import run.mags.command.BaseCommand;
import run.mags.command.CliContext;
import run.mags.error.ExitCode;
import run.mags.terminal.Printable;

/** {@code cron disable}: lets it run no more. */
@Command(
    name = "disable",
    description = "Let a cron job run no more until it is enabled again.",
    footerHeading = "%nExamples:%n",
    footer = "  mags cron disable backup")
final class CronDisableCommand extends BaseCommand {
  @Parameters(paramLabel = "NAME|ID", description = "The cron job.")
  String job;

  CronDisableCommand(Supplier<CliContext> context) {
    super(context);
  }

  @Override
  protected int execute(CliContext cli) {
    CronJob changed = cli.mags().cron().enable(job, false);
    cli.output().show(() -> Json.write(changed.toJson()), () -> Printable.line(job));
    return ExitCode.OK;
  }
}
