package run.mags.command;

import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import run.mags.error.ExitCode;

/** What every command has: its specification and, once it runs, its context. */
public abstract class BaseCommand implements Callable<Integer> {
  private final Supplier<CliContext> context;

  private CommandSpec spec;

  /** A command that asks {@code context} for its context when it runs. */
  protected BaseCommand(Supplier<CliContext> context) {
    this.context = context;
  }

  /** Tells the command its specification; whoever builds that does so (the generated models). */
  public final void attach(CommandSpec specification) {
    spec = specification;
  }

  @Override
  public final Integer call() {
    return execute(context.get());
  }

  /** Does the work and answers the exit code; failures are thrown. */
  protected abstract int execute(CliContext cli);

  /** Prints the help page, as a group does that is called alone. */
  protected final int showHelp() {
    CommandLine line = spec.commandLine();
    line.usage(line.getOut(), line.getColorScheme());
    return ExitCode.OK;
  }

  /** Wrong usage that the option parser cannot see. Thrown before anything is sent. */
  protected final ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
