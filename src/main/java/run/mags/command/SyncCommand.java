package run.mags.command;

import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import run.mags.api.model.Job;
import run.mags.api.model.Json;
import run.mags.error.ExitCode;
import run.mags.terminal.Printable;
import run.mags.terminal.Spinner;

/** {@code sync}: writes a workspace to the store now. */
@Command(
    name = "sync",
    description = "Write a sandbox's workspace to the store now, without stopping it.",
    footerHeading = "%nExamples:%n",
    footer = {"  mags sync dev", "  mags exec dev 'make' && mags sync dev"})
public final class SyncCommand extends BaseCommand {
  @Parameters(paramLabel = "WORKSPACE|ID", description = "The sandbox, or its workspace.")
  String job;

  /** The command. */
  public SyncCommand(Supplier<CliContext> context) {
    super(context);
  }

  @Override
  protected int execute(CliContext cli) {
    Job synced =
        Interrupts.during(
            cli,
            () -> "whether it was synced is not known; to be sure: mags sync " + job,
            () -> Spinner.during(cli.output(), "syncing " + job, () -> cli.mags().sync(job)));
    String workspace = synced.workspaceId() == null ? job : synced.workspaceId();
    cli.output()
        .show(
            () ->
                Json.write(
                    Json.object()
                        .put("request_id", synced.requestId())
                        .put("workspace_id", synced.workspaceId())
                        .put("synced", true)),
            () -> Printable.line(workspace));
    return ExitCode.OK;
  }
}
