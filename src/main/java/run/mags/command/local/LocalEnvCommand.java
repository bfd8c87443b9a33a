package run.mags.command.local;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import run.mags.api.model.Json;
import run.mags.command.BaseCommand;
import run.mags.command.CliContext;
import run.mags.config.EnvVar;
import run.mags.error.ExitCode;
import run.mags.local.LocalDaemon;
import run.mags.local.RunningBackend;

/** {@code local env}: the variables that lead any client of the API to the backend. */
@Command(
    name = "env",
    description = {
      "Print the variables that lead any client to the backend.",
      "It is started when it is not there. The token is a secret of yours."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  mags local env",
      "  eval \"$(mags local env)\"",
      "  mags local env --json | jq -r .MAGS_API_URL"
    })
final class LocalEnvCommand extends BaseCommand {
  @Mixin final StateOption state = new StateOption();

  LocalEnvCommand(Supplier<CliContext> context) {
    super(context);
  }

  @Override
  protected int execute(CliContext cli) {
    RunningBackend backend =
        LocalDaemon.ensureRunning(
            LocalEndpoint.launch(state.path(cli), List.of()), new BackendNotes(cli));
    BackendView.warn(cli, backend);
    String url = backend.url().toString();
    cli.output().show(() -> json(url, backend.token()), () -> text(url, backend.token()));
    return ExitCode.OK;
  }

  private static String json(String url, String token) {
    ObjectNode json = Json.object();
    json.put(EnvVar.MAGS_API_URL.name(), url);
    json.put(EnvVar.MAGS_API_TOKEN.name(), token);
    return Json.write(json);
  }

  /** Neither value ever has a character that a shell would take for something else. */
  private static String text(String url, String token) {
    return "export MAGS_API_URL=" + url + "\nexport MAGS_API_TOKEN=" + token;
  }
}
