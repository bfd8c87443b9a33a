package run.mags.command.local;

import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import run.mags.command.BaseCommand;
import run.mags.command.CliContext;
import run.mags.command.CommandGroup;

/** {@code local}: the group of commands for the embedded backend; alone it prints its help. */
@Command(
    name = "local",
    description = {
      "The embedded local backend: every command without an account.",
      "Real sandboxes on this machine, kept apart as well as it allows; not a",
      "security boundary against hostile code. `mags --local COMMAND` starts it",
      "by itself."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  mags --local run 'echo Hello World'",
      "  mags local doctor                  what works on this machine",
      "  mags local run -- make test        a backend of its own for one command"
    })
public final class LocalCommand extends BaseCommand {
  private LocalCommand(Supplier<CliContext> context) {
    super(context);
  }

  /** The group with its commands. */
  public static CommandLine group(Supplier<CliContext> context) {
    return CommandGroup.of(
        LocalCommandModel.of(new LocalCommand(context)),
        List.of(
            LocalStartCommandModel.of(new LocalStartCommand(context)),
            LocalStatusCommandModel.of(new LocalStatusCommand(context)),
            LocalStopCommandModel.of(new LocalStopCommand(context)),
            LocalResetCommandModel.of(new LocalResetCommand(context)),
            LocalEnvCommandModel.of(new LocalEnvCommand(context)),
            LocalRunCommandModel.of(new LocalRunCommand(context)),
            LocalDoctorCommandModel.of(new LocalDoctorCommand(context))));
  }

  @Override
  protected int execute(CliContext cli) {
    return showHelp();
  }
}
