package run.mags.command;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** A command that has commands of its own. */
public final class CommandGroup {
  private CommandGroup() {}

  /**
   * The command with its own ones.
   *
   * @param group what stands above them
   * @param verbs the specifications of the commands, or groups made by this method
   */
  public static CommandLine of(CommandSpec group, List<Object> verbs) {
    CommandLine line = new CommandLine(group);
    for (Object verb : verbs) {
      CommandLine below = verb instanceof CommandLine made ? made : new CommandLine(verb);
      below.getCommandSpec().usageMessage().abbreviateSynopsis(true);
      below.setStopAtPositional(below.getCommand() instanceof TakesRemoteCommand);
      line.addSubcommand(below);
    }
    return line;
  }
}
