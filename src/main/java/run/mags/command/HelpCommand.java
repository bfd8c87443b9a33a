package run.mags.command;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;
import run.mags.error.ExitCode;

/** {@code help}: the help page of a command, or of the whole program. */
@Command(
    name = "help",
    description = "Show the help of a command.",
    footerHeading = "%nExamples:%n",
    footer = {"  mags help", "  mags help run", "  mags help local start"})
public final class HelpCommand extends BaseCommand {
  @Spec CommandSpec spec;

  @Parameters(arity = "0..*", paramLabel = "COMMAND", description = "The command to explain.")
  List<String> path = new ArrayList<>();

  /** The command. */
  public HelpCommand(Supplier<CliContext> context) {
    super(context);
  }

  @Override
  protected int execute(CliContext cli) {
    CommandLine target = spec.root().commandLine();
    for (String name : path) {
      CommandLine next = target.getSubcommands().get(name);
      if (next == null) {
        throw new UnmatchedArgumentException(target, List.of(name));
      }
      target = next;
    }
    target.usage(target.getOut(), target.getColorScheme());
    return ExitCode.OK;
  }
}
