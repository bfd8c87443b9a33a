package run.mags.command;

import java.time.Duration;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import run.mags.api.model.Job;
import run.mags.api.model.Json;
import run.mags.client.JobSpec;
import run.mags.client.MagsClient;
import run.mags.client.Resize;
import run.mags.command.option.DiskConverter;
import run.mags.command.option.DurationConverter;
import run.mags.command.option.EnvOptions;
import run.mags.error.ExitCode;
import run.mags.terminal.Printable;
import run.mags.terminal.Spinner;

/** {@code resize}: gives a sandbox another disk size. */
@Command(
    name = "resize",
    description = {
      "Give a sandbox another disk size; its workspace stays.",
      "Syncs it, stops it, makes it anew with that size, and waits until it can be",
      "used. A step that fails ends it before anything is lost; the same command",
      "goes on from there. Variables set by --env are not kept: give them again."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  mags resize dev --disk 10",
      "  mags resize dev --disk 10 --env STAGE=test",
      "  mags resize lost --disk 10 --force   its machine cannot be reached any more"
    })
public final class ResizeCommand extends BaseCommand {
  @Parameters(paramLabel = "WORKSPACE", description = "The workspace, or its sandbox.")
  String workspace;

  @Option(
      names = "--disk",
      required = true,
      paramLabel = "GB",
      converter = DiskConverter.class,
      description = "The new disk size in GB. Required.")
  Integer diskGb;

  @Option(
      names = "--base",
      paramLabel = "WORKSPACE",
      description = "The workspace beneath, where the API does not tell it.")
  String base;

  @Option(
      names = "--startup-command",
      paramLabel = "COMMAND",
      description = "What to run each time it wakes, where the API does not tell it.")
  String startupCommand;

  @Option(
      names = "--no-sleep",
      description = "Never put it to sleep when idle; kept where the API tells it.")
  boolean noSleep;

  @Mixin final EnvOptions environment = new EnvOptions();

  @Option(
      names = "--force",
      description = "Go on when syncing fails: what is not synced yet is lost.")
  boolean force;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "How long to wait for the stop, and then for the start (default 60s).")
  Duration timeout;

  private volatile String step = "looking";

  /** The command. */
  public ResizeCommand(Supplier<CliContext> context) {
    super(context);
  }

  @Override
  protected int execute(CliContext cli) {
    Host host = cli.host();
    JobSpec extras =
        JobSpec.script("")
            .base(base)
            .startupCommand(startupCommand)
            .env(environment.variables(host.env(), host.terminal().in(), host.cwd()));
    if (noSleep) {
      extras.noSleep();
    }
    Resize resize =
        cli.mags()
            .resize(workspace, diskGb)
            .with(extras)
            .force(force)
            .steps(word -> begin(cli, word))
            .notes(word -> warn(cli, word));
    Duration limit = timeout == null ? MagsClient.DEFAULT_LIMIT : timeout;
    Job job =
        Interrupts.during(
            cli,
            resize::remains,
            () -> Spinner.during(cli.output(), () -> step, () -> resize.run(limit)));
    cli.output()
        .note(
            Printable.line(workspace)
                + (resize.changed() ? " has " : " had ")
                + diskGb
                + " GB"
                + (resize.changed() ? "" : " already"));
    cli.output().show(() -> Json.write(job.toJson()), job::requestId);
    return ExitCode.OK;
  }

  /** On a terminal the spinner shows the step, elsewhere a line does. */
  private void begin(CliContext cli, String word) {
    step = word;
    if (!cli.output().terminal().errIsTerminal()) {
      cli.output().note(word);
    }
  }

  private void warn(CliContext cli, String word) {
    Spinner.erase(cli.output());
    cli.output().warn(workspace + ": " + word);
  }
}
