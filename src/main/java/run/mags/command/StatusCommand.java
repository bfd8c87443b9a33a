package run.mags.command;

import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import run.mags.api.model.Job;
import run.mags.api.model.Json;
import run.mags.error.ExitCode;
import run.mags.view.JobView;

/** {@code status}: all that is known of a job. */
@Command(
    name = "status",
    description = "Show a job.",
    footerHeading = "%nExamples:%n",
    footer = {"  mags status dev", "  mags status dev --json | jq -r .status"})
public final class StatusCommand extends BaseCommand {
  @Parameters(paramLabel = "NAME|ID", description = "The job.")
  String job;

  /** The command. */
  public StatusCommand(Supplier<CliContext> context) {
    super(context);
  }

  @Override
  protected int execute(CliContext cli) {
    Job found = cli.mags().status(job);
    cli.output()
        .show(() -> Json.write(found.toJson()), () -> JobView.details(found, cli.output().style()));
    return ExitCode.OK;
  }
}
