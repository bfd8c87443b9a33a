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

/** {@code cron remove}: removes it. */
@Command(
    name = "remove",
    aliases = {"rm", "delete"},
    description = "Remove a cron job; jobs that it has started go on.",
    footerHeading = "%nExamples:%n",
    footer = "  mags cron remove backup")
final class CronRemoveCommand extends BaseCommand {
  @Parameters(paramLabel = "NAME|ID", description = "The cron job.")
  String job;

  CronRemoveCommand(Supplier<CliContext> context) {
    super(context);
  }

  @Override
  protected int execute(CliContext cli) {
    CronJob removed = cli.mags().cron().remove(job);
    cli.output().show(() -> Json.write(removed.toJson()), () -> Printable.line(job));
    return ExitCode.OK;
  }
}
