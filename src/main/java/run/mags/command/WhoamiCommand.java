package run.mags.command;

import java.util.function.Supplier;
import picocli.CommandLine.Command;
import run.mags.api.model.Json;
import run.mags.error.ExitCode;

/** {@code whoami}: which token is used, and for which API. Asks nobody. */
@Command(
    name = "whoami",
    description = "Show where the token comes from and which API is used.",
    footerHeading = "%nExamples:%n",
    footer = {"  mags whoami", "  mags whoami --json | jq -r .token_source"})
public final class WhoamiCommand extends BaseCommand {
  /** The command. */
  public WhoamiCommand(Supplier<CliContext> context) {
    super(context);
  }

  @Override
  protected int execute(CliContext cli) {
    CliContext.Endpoint endpoint = cli.endpoint();
    String source = endpoint.credentials().source();
    String url = endpoint.url().toString();
    cli.output()
        .show(
            () -> Json.write(Json.object().put("token_source", source).put("api_url", url)),
            () -> "token: from " + source + "\napi:   " + url);
    return ExitCode.OK;
  }
}
