package run.mags.command;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import run.mags.api.model.Job;
import run.mags.client.MagsClient;
import run.mags.client.Removal;
import run.mags.command.option.DurationConverter;
import run.mags.error.ExitCode;
import run.mags.terminal.Spinner;

/** {@code gc}: stops what has been forgotten, and deletes what it stored. */
@Command(
    name = "gc",
    description = {
      "Stop jobs that were made long ago; with --workspaces, delete workspaces, too.",
      "Those are the ones of these jobs, and what was not used for as long.",
      "What another job uses, or does not say how old it is, stays."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  mags gc --older-than 7d --dry-run",
      "  mags gc --older-than 12h --name 'ci-*' --workspaces --yes",
      "  mags gc --older-than 30d --status sleeping"
    })
public final class GcCommand extends BaseCommand {
  @Option(
      names = "--older-than",
      paramLabel = "TIME",
      required = true,
      converter = DurationConverter.class,
      description = "How old: 12h, 7d.")
  Duration age;

  @Option(
      names = "--status",
      paramLabel = "STATUS",
      split = ",",
      description = "Only jobs in this status, such as sleeping. Repeatable.")
  List<String> statuses = new ArrayList<>();

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Only jobs and workspaces of this name; * and ? stand for any text.")
  String name;

  @Option(names = "--workspaces", description = "Delete workspaces, too, for good.")
  boolean workspaces;

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask.")
  boolean yes;

  @Option(names = "--dry-run", description = "Only show what would be removed.")
  boolean dryRun;

  /** The command. */
  public GcCommand(Supplier<CliContext> context) {
    super(context);
  }

  @Override
  protected int execute(CliContext cli) {
    Instant before = cli.host().clock().instant().minus(age);
    Removal removal =
        Removal.olderThan(
            cli.mags(),
            before,
            this::isWanted,
            workspaces
                ? workspace -> name == null || Glob.matches(name, workspace.workspaceId())
                : null);
    RemovalView view = new RemovalView(removal);
    if (removal.isEmpty()) {
      cli.output().note("nothing is that old");
    } else if (!dryRun) {
      if (!yes) {
        String what = "this " + view.sentence();
        Confirmation.ask(cli, what, "Go on: " + what, "the same with --yes");
      }
      run(cli, removal);
    }
    cli.output().show(() -> view.json(!dryRun && !removal.isEmpty()), view::text);
    return ExitCode.OK;
  }

  private static void run(CliContext cli, Removal removal) {
    Interrupts.during(
        cli,
        () -> "some of it is left; see: mags gc --dry-run",
        () ->
            Spinner.during(
                cli.output(),
                "removing",
                () -> {
                  removal.run(cli.mags(), MagsClient.DEFAULT_LIMIT);
                  return true;
                }));
  }

  private boolean isWanted(Job job) {
    return (statuses.isEmpty() || statuses.contains(job.status()))
        && (name == null || (job.name() != null && Glob.matches(name, job.name())));
  }
}
