package run.mags.command.cron;

import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import run.mags.command.BaseCommand;
import run.mags.command.CliContext;
import run.mags.command.CommandGroup;

/** {@code cron}: the group of commands about jobs on a schedule; alone it prints its help. */
@Command(
    name = "cron",
    description = "Jobs that run on a schedule.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  mags cron add --name backup --schedule '30 2 * * *' -w data './backup.sh'",
      "  mags cron list",
      "  mags cron disable backup"
    })
public final class CronCommand extends BaseCommand {
  private CronCommand(Supplier<CliContext> context) {
    super(context);
  }

  /** The group with its commands. */
  public static CommandLine group(Supplier<CliContext> context) {
    return CommandGroup.of(
        CronCommandModel.of(new CronCommand(context)),
        List.of(
            CronAddCommandModel.of(new CronAddCommand(context)),
            CronListCommandModel.of(new CronListCommand(context)),
            CronHistoryCommandModel.of(new CronHistoryCommand(context)),
            CronEnableCommandModel.of(new CronEnableCommand(context)),
            CronDisableCommandModel.of(new CronDisableCommand(context)),
            CronRemoveCommandModel.of(new CronRemoveCommand(context))));
  }

  @Override
  protected int execute(CliContext cli) {
    return showHelp();
  }
}
