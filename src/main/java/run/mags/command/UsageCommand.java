package run.mags.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import run.mags.api.model.Json;
import run.mags.command.option.CountConverter;
import run.mags.error.ExitCode;
import run.mags.view.FieldsView;

/** {@code usage}: totals over the last days. */
@Command(
    name = "usage",
    description = "Show what was used in the last days.",
    footerHeading = "%nExamples:%n",
    footer = {"  mags usage", "  mags usage --window-days 7 --json"})
public final class UsageCommand extends BaseCommand {
  private static final int DEFAULT_DAYS = 30;

  @Option(
      names = "--window-days",
      paramLabel = "N",
      converter = CountConverter.class,
      description = "The last N days (default 30).")
  Integer days;

  /** The command. */
  public UsageCommand(Supplier<CliContext> context) {
    super(context);
  }

  @Override
  protected int execute(CliContext cli) {
    JsonNode usage = cli.mags().usage(days == null ? DEFAULT_DAYS : days);
    cli.output().show(() -> Json.write(usage), () -> FieldsView.text(usage));
    return ExitCode.OK;
  }
}
