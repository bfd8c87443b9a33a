package run.mags.command.local;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import run.mags.api.model.Json;
import run.mags.command.BaseCommand;
import run.mags.command.CliContext;
import run.mags.error.ExitCode;
import run.mags.local.LocalDaemon;
import run.mags.local.RunningBackend;
import run.mags.terminal.Printable;

/** {@code local status}: whether a backend runs, and where. */
@Command(
    name = "status",
    description = {"Show whether the backend runs, and where.", "Exits 1 when it does not."},
    footerHeading = "%nExamples:%n",
    footer = {"  mags local status", "  mags local status --json | jq -r .url"})
final class LocalStatusCommand extends BaseCommand {
  @Mixin final StateOption state = new StateOption();

  LocalStatusCommand(Supplier<CliContext> context) {
    super(context);
  }

  @Override
  protected int execute(CliContext cli) {
    Path directory = state.path(cli);
    Optional<RunningBackend> backend = LocalDaemon.find(directory, new BackendNotes(cli));
    if (backend.isPresent()) {
      BackendView.show(cli, backend.get());
      return ExitCode.OK;
    }
    cli.output()
        .show(
            () ->
                Json.write(Json.object().put("running", false).put("state", directory.toString())),
            () -> "not running\nstate:     " + Printable.line(directory.toString()));
    return ExitCode.FAILED;
  }
}
