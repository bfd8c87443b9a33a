package run.mags.command.workspace;

import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import run.mags.command.BaseCommand;
import run.mags.command.CliContext;
import run.mags.command.CommandGroup;

/** {@code workspace}: the group of commands about stored workspaces; alone it prints its help. */
@Command(
    name = "workspace",
    aliases = "ws",
    description = "The stored workspaces: the files that outlive sandboxes.",
    footerHeading = "%nExamples:%n",
    footer = {"  mags workspace list", "  mags ws delete old --yes"})
public final class WorkspaceCommand extends BaseCommand {
  private WorkspaceCommand(Supplier<CliContext> context) {
    super(context);
  }

  /** The group with its commands. */
  public static CommandLine group(Supplier<CliContext> context) {
    return CommandGroup.of(
        WorkspaceCommandModel.of(new WorkspaceCommand(context)),
        List.of(
            WorkspaceListCommandModel.of(new WorkspaceListCommand(context)),
            WorkspaceDeleteCommandModel.of(new WorkspaceDeleteCommand(context))));
  }

  @Override
  protected int execute(CliContext cli) {
    return showHelp();
  }
}
