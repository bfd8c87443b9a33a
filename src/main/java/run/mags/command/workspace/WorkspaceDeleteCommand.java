package run.mags.command.workspace;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import run.mags.api.model.Json;
import run.mags.client.Workspaces;
import run.mags.command.BaseCommand;
import run.mags.command.CliContext;
import run.mags.command.Confirmation;
import run.mags.error.ExitCode;
import run.mags.error.ShellWord;
import run.mags.terminal.Printable;

/** {@code workspace delete}: removes workspaces and what is stored in them. */
@Command(
    name = "delete",
    aliases = {"rm", "remove"},
    description = {
      "Delete workspaces with all that is stored in them, for good.",
      "One that a job uses is not deleted."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  mags workspace delete old", "  mags workspace delete --yes fork-1 fork-2"})
final class WorkspaceDeleteCommand extends BaseCommand {
  @Parameters(arity = "1..*", paramLabel = "ID", description = "The workspaces.")
  List<String> ids;

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask.")
  boolean yes;

  WorkspaceDeleteCommand(Supplier<CliContext> context) {
    super(context);
  }

  @Override
  protected int execute(CliContext cli) {
    List<String> wanted = ids.stream().distinct().toList();
    Workspaces workspaces = cli.mags().workspaces();
    // All are looked at before any is deleted: a wrong name deletes nothing.
    wanted.forEach(workspaces::requireUnused);
    if (!yes) {
      String names = wanted.stream().map(Printable::line).collect(Collectors.joining(", "));
      Confirmation.ask(
          cli,
          "this deletes " + names + " with all that is stored there",
          "Delete " + names + " with all that is stored there",
          "mags workspace delete --yes "
              + wanted.stream().map(ShellWord::of).collect(Collectors.joining(" ")));
    }
    wanted.forEach(workspaces::delete);
    cli.output().show(() -> json(wanted), () -> text(wanted));
    return ExitCode.OK;
  }

  private static String text(List<String> deleted) {
    return deleted.stream().map(id -> Printable.line(id) + "\n").collect(Collectors.joining());
  }

  private static String json(List<String> deleted) {
    ArrayNode array = Json.array();
    deleted.forEach(id -> array.addObject().put("workspace_id", id).put("deleted", true));
    return Json.write(array);
  }
}
