package run.mags.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import run.mags.api.model.Job;
import run.mags.api.model.Json;
import run.mags.error.ExitCode;
import run.mags.error.ShellWord;
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
            () -> "whether it was synced is not known; to be sure: mags sync " + ShellWord.of(job),
            () -> Spinner.during(cli.output(), "syncing " + job, () -> cli.mags().sync(job)));
    String workspace = synced.workspaceId() == null ? job : synced.workspaceId();
    cli.output().show(() -> json(synced), () -> Printable.line(workspace));
    return ExitCode.OK;
  }

  private static String json(Job synced) {
    ObjectNode json = Json.object().put("request_id", synced.requestId());
    if (synced.workspaceId() != null) {
      json.put("workspace_id", synced.workspaceId());
    }
    return Json.write(json.put("synced", true));
  }
}
