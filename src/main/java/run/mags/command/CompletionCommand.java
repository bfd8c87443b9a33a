package run.mags.command;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import run.mags.api.model.Json;
import run.mags.error.ExitCode;

/** {@code completion}: the script that teaches a shell to complete commands, options and names. */
@Command(
    name = "completion",
    description = {
      "Print a script that completes commands, options and names in a shell.",
      "Names are those of your jobs, workspaces, cron jobs and aliases."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  mags completion bash    to use it: eval \"$(mags completion bash)\"",
      "  mags completion zsh     to use it: source <(mags completion zsh)",
      "  mags completion fish    to use it: mags completion fish | source"
    })
public final class CompletionCommand extends BaseCommand {
  /** The shells that can be taught. */
  enum Shell {
    bash,
    zsh,
    fish
  }

  @Parameters(paramLabel = "SHELL", description = "The shell: bash, zsh or fish.")
  Shell shell;

  /** The command. */
  public CompletionCommand(Supplier<CliContext> context) {
    super(context);
  }

  @Override
  protected int execute(CliContext cli) {
    String script = script(shell);
    cli.output()
        .show(
            () -> Json.write(Json.object().put("shell", shell.name()).put("script", script)),
            () -> script);
    return ExitCode.OK;
  }

  private static String script(Shell shell) {
    String resource = "/run/mags/completion/mags." + shell.name();
    try (InputStream in = CompletionCommand.class.getResourceAsStream(resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}
