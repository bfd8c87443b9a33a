package run.mags.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import run.mags.api.model.Json;
import run.mags.error.ExitCode;
import run.mags.view.FieldsView;

/** {@code pool}: the service's machines. */
@Command(
    name = "pool",
    description = "Show how many machines the service has, idle and busy.",
    footerHeading = "%nExamples:%n",
    footer = {"  mags pool", "  mags pool --json | jq .idle_vms"})
public final class PoolCommand extends BaseCommand {
  /** The command. */
  public PoolCommand(Supplier<CliContext> context) {
    super(context);
  }

  @Override
  protected int execute(CliContext cli) {
    JsonNode pool = cli.mags().poolStatus().toJson();
    cli.output().show(() -> Json.write(pool), () -> FieldsView.text(pool));
    return ExitCode.OK;
  }
}
