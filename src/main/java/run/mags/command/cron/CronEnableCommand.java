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

/** {@code cron enable}: lets it run again. */
@Command(
    name = "enable",
    description = "Let a cron job run on its schedule again.",
    footerHeading = "%nExamples:%n",
    footer = "  mags cron enable backup")
final class CronEnableCommand extends BaseCommand {
  @Parameters(paramLabel = "NAME|ID", description = "The cron job.")
  String job;

  CronEnableCommand(Supplier<CliContext> context) {
    super(context);
  }

  @Override
  protected int execute(CliContext cli) {
    CronJob changed = cli.mags().cron().enable(job, true);
    cli.output().show(() -> Json.write(changed.toJson()), () -> Printable.line(job));
    return ExitCode.OK;
  }
}
