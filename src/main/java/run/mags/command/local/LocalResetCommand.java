package run.mags.command.local;

import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import run.mags.api.model.Json;
import run.mags.command.BaseCommand;
import run.mags.command.CliContext;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
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
  @Mixin private StateOption state;

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask.")
  private boolean yes;

  LocalResetCommand(Supplier<CliContext> context) {
    super(context);
  }

  @Override
  protected int execute(CliContext cli) {
    Path directory = state.path(cli);
    if (!yes) {
      ask(cli, directory);
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

  private static void ask(CliContext cli, Path directory) {
    if (!cli.output().terminal().canAsk()) {
      throw new CliException(
          ErrorKind.USAGE,
          "this removes all local jobs and workspaces, and there is nobody to ask",
          "to remove them without a question: mags local reset --yes");
    }
    String question =
        "Remove all jobs and workspaces in " + Printable.line(directory.toString()) + "? [y/N] ";
    String answer = cli.output().terminal().readLine(question);
    String word = answer == null ? "" : answer.strip().toLowerCase(Locale.ROOT);
    if (!word.equals("y") && !word.equals("yes")) {
      throw new CliException(ErrorKind.REFUSED, "nothing was removed");
    }
  }
}
