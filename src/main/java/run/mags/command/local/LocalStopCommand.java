package run.mags.command.local;

import java.nio.file.Path;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import run.mags.api.model.Json;
import run.mags.command.BaseCommand;
import run.mags.command.CliContext;
import run.mags.error.ExitCode;
import run.mags.local.LocalDaemon;

/** {@code local stop}: ends the backend. */
@Command(
    name = "stop",
    description = {
      "Stop the backend, if it runs.",
      "Its jobs and workspaces stay: persistent sandboxes sleep until the next",
      "start, other jobs end."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  mags local stop", "  mags local stop --state ./state"})
final class LocalStopCommand extends BaseCommand {
  @Mixin final StateOption state = new StateOption();

  LocalStopCommand(Supplier<CliContext> context) {
    super(context);
  }

  @Override
  protected int execute(CliContext cli) {
    Path directory = state.path(cli);
    boolean stopped = LocalDaemon.stop(directory, new BackendNotes(cli)).isPresent();
    cli.output()
        .show(
            () -> Json.write(Json.object().put("stopped", stopped)),
            () -> stopped ? "stopped" : "not running");
    return ExitCode.OK;
  }
}
