package run.mags.command.local;

import java.nio.file.Path;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import run.mags.api.model.Json;
import run.mags.command.BaseCommand;
import run.mags.command.CliContext;
import run.mags.command.Confirmation;
import run.mags.error.ExitCode;
import run.mags.local.LocalDaemon;
import run.mags.terminal.Printable;

/** {@code local reset}: removes everything that the backend keeps. */
@Command(
    name = "reset",
    description = "Remove all local jobs, logs and workspaces for good.",
    footerHeading = "%nExamples:%n",
    footer = {"  mags local reset", "  mags local reset --yes"})
final class LocalResetCommand extends BaseCommand {
  @Mixin final StateOption state = new StateOption();

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask.")
  boolean yes;

  LocalResetCommand(Supplier<CliContext> context) {
    super(context);
  }

  @Override
  protected int execute(CliContext cli) {
    Path directory = state.path(cli);
    if (!yes) {
      Confirmation.ask(
          cli,
          "this removes all local jobs and workspaces",
          "Remove all jobs and workspaces in " + Printable.line(directory.toString()),
          "mags local reset --yes");
    }
    boolean removed = LocalDaemon.reset(directory);
    cli.output()
        .show(
            () ->
                Json.write(
                    Json.object().put("removed", removed).put("state", directory.toString())),
            () ->
                (removed ? "removed " : "nothing to remove in ")
                    + Printable.line(directory.toString()));
    return ExitCode.OK;
  }
}
