package run.mags.command.url;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import run.mags.api.model.Json;
import run.mags.api.model.UrlAlias;
import run.mags.command.BaseCommand;
import run.mags.command.CliContext;
import run.mags.error.ExitCode;
import run.mags.view.UrlAliasTable;

/** {@code url alias list}: all aliases. */
@Command(
    name = "list",
    aliases = "ls",
    description = "List the URL aliases.",
    footerHeading = "%nExamples:%n",
    footer = {"  mags url alias list", "  mags url alias list --json"})
final class UrlAliasListCommand extends BaseCommand {
  UrlAliasListCommand(Supplier<CliContext> context) {
    super(context);
  }

  @Override
  protected int execute(CliContext cli) {
    List<UrlAlias> aliases = cli.mags().aliases().list();
    cli.output().show(() -> json(aliases), () -> UrlAliasTable.text(aliases, cli.output().style()));
    if (aliases.isEmpty() && !cli.output().isJson()) {
      cli.output().note("no URL aliases");
    }
    return ExitCode.OK;
  }

  private static String json(List<UrlAlias> aliases) {
    ArrayNode array = Json.array();
    aliases.forEach(alias -> array.add(alias.toJson()));
    return Json.write(array);
  }
}
