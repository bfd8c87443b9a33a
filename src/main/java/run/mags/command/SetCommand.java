package run.mags.command;

import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import run.mags.api.model.Job;
import run.mags.api.model.JobUpdate;
import run.mags.api.model.Json;
import run.mags.client.MagsClient;
import run.mags.error.ExitCode;
import run.mags.view.JobView;

/** {@code set}: changes a sandbox that is there. */
@Command(
    name = "set",
    description = "Change a sandbox that is there.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  mags set dev --no-sleep",
      "  mags set dev --sleep",
      "  mags set web --startup-command 'npm start'"
    })
public final class SetCommand extends BaseCommand {
  @Parameters(paramLabel = "NAME|ID", description = "The sandbox.")
  String job;

  @Option(names = "--no-sleep", description = "Never put it to sleep when idle.")
  boolean noSleep;

  @Option(names = "--sleep", description = "Put it to sleep when idle, as is the default.")
  boolean sleep;

  @Option(
      names = "--startup-command",
      paramLabel = "COMMAND",
      description = "What to run each time it wakes; '' for nothing.")
  String startupCommand;

  /** The command. */
  public SetCommand(Supplier<CliContext> context) {
    super(context);
  }

  @Override
  protected int execute(CliContext cli) {
    if (noSleep && sleep) {
      throw usage("--sleep and --no-sleep contradict each other");
    }
    if (!noSleep && !sleep && startupCommand == null) {
      throw usage("nothing to change: give --no-sleep, --sleep or --startup-command");
    }
    Boolean awake = noSleep ? Boolean.TRUE : sleep ? Boolean.FALSE : null;
    MagsClient mags = cli.mags();
    Job found = MagsClient.running(mags.find(job), job);
    mags.update(found.requestId(), new JobUpdate(startupCommand, awake));
    Job changed = mags.status(found.requestId());
    cli.output()
        .show(
            () -> Json.write(changed.toJson()),
            () -> JobView.details(changed, cli.output().style()));
    return ExitCode.OK;
  }
}
