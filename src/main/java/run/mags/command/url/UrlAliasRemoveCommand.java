package run.mags.command.url;

import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import run.mags.api.model.Json;
import run.mags.command.BaseCommand;
import run.mags.command.CliContext;
import run.mags.error.ExitCode;
import run.mags.terminal.Printable;

/** {@code url alias remove}: takes a subdomain away. */
@Command(
    name = "remove",
    aliases = "rm",
    description = "Remove a URL alias; its sandbox stays.",
    footerHeading = "%nExamples:%n",
    footer = "  mags url alias remove my-app")
final class UrlAliasRemoveCommand extends BaseCommand {
  @Parameters(paramLabel = "SUBDOMAIN", description = "The alias.")
  String subdomain;

  UrlAliasRemoveCommand(Supplier<CliContext> context) {
    super(context);
  }

  @Override
  protected int execute(CliContext cli) {
    cli.mags().aliases().remove(subdomain);
    cli.output()
        .show(
            () -> Json.write(Json.object().put("subdomain", subdomain).put("removed", true)),
            () -> Printable.line(subdomain));
    return ExitCode.OK;
  }
}
