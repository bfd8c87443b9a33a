package run.mags.command.workspace;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import run.mags.api.model.Json;
import run.mags.api.model.Workspace;
import run.mags.command.BaseCommand;
import run.mags.command.CliContext;
import run.mags.error.ExitCode;
import run.mags.terminal.Style;
import run.mags.terminal.Terminal;
import run.mags.view.WorkspaceTable;

/** {@code workspace list}: all workspaces. */
@Command(
    name = "list",
    aliases = "ls",
    description = "List the workspaces.",
    footerHeading = "%nExamples:%n",
    footer = {"  mags workspace list", "  mags ws ls --json | jq -r '.[].workspace_id'"})
final class WorkspaceListCommand extends BaseCommand {
  WorkspaceListCommand(Supplier<CliContext> context) {
    super(context);
  }

  @Override
  protected int execute(CliContext cli) {
    List<Workspace> workspaces = cli.mags().workspaces().list();
    cli.output().show(() -> json(workspaces), () -> table(cli, workspaces));
    if (workspaces.isEmpty() && !cli.output().isJson()) {
      cli.output().note("no workspaces");
    }
    return ExitCode.OK;
  }

  private static String table(CliContext cli, List<Workspace> workspaces) {
    Terminal terminal = cli.host().terminal();
    Style style = cli.output().style();
    return terminal.outIsTerminal()
        ? WorkspaceTable.text(workspaces, style, terminal.width())
        : WorkspaceTable.text(workspaces, style);
  }

  private static String json(List<Workspace> workspaces) {
    ArrayNode array = Json.array();
    workspaces.forEach(workspace -> array.add(workspace.toJson()));
    return Json.write(array);
  }
}
