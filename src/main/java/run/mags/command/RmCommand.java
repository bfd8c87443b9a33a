package run.mags.command;

import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import run.mags.client.MagsClient;
import run.mags.client.Removal;
import run.mags.error.ExitCode;
import run.mags.error.ShellWord;
import run.mags.terminal.Spinner;

/** {@code rm}: removes sandboxes with their workspaces. */
@Command(
    name = "rm",
    description = {
      "Stop sandboxes and delete their workspaces with all that is stored, for good.",
      "A workspace that another job uses is not deleted, and nothing else is then."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  mags rm dev",
      "  mags rm --yes --ignore-not-found ci-1 ci-2",
      "  mags rm --dry-run dev"
    })
public final class RmCommand extends BaseCommand {
  @Parameters(
      arity = "1..*",
      paramLabel = "NAME|ID",
      description = "The sandboxes; also a workspace that is left.")
  List<String> names;

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask.")
  boolean yes;

  @Option(names = "--dry-run", description = "Only show what would be removed.")
  boolean dryRun;

  @Option(names = "--ignore-not-found", description = "What is not there is as good as removed.")
  boolean lenient;

  /** The command. */
  public RmCommand(Supplier<CliContext> context) {
    super(context);
  }

  @Override
  protected int execute(CliContext cli) {
    List<String> wanted = names.stream().distinct().toList();
    Removal removal = Removal.named(cli.mags(), wanted, lenient);
    RemovalView view = new RemovalView(removal);
    if (!dryRun && !removal.isEmpty()) {
      if (!yes) {
        String command =
            "mags rm --yes " + wanted.stream().map(ShellWord::of).collect(Collectors.joining(" "));
        Confirmation.ask(cli, "this " + view.sentence(), "Go on: this " + view.sentence(), command);
      }
      Interrupts.during(
          cli,
          () -> "some of it may be left; see: mags list, mags workspace list",
          () ->
              Spinner.during(
                  cli.output(),
                  "removing",
                  () -> {
                    removal.run(cli.mags(), MagsClient.DEFAULT_LIMIT);
                    return true;
                  }));
    }
    cli.output().show(() -> view.json(!dryRun), view::text);
    return ExitCode.OK;
  }
}
