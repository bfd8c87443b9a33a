package run.mags.command.local;

import java.nio.file.Path;
import picocli.CommandLine.Option;
import run.mags.command.CliContext;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;

/** Which state directory is meant. */
final class StateOption {
  @Option(
      names = "--state",
      paramLabel = "DIR",
      description = "State directory (default $MAGS_LOCAL_STATE).")
  Path state;

  /** Whether one was named. */
  boolean given() {
    return state != null;
  }

  /** The one that was named, or the user's own; absolute. */
  Path path(CliContext cli) {
    if (given() && state.toString().isEmpty()) {
      throw new CliException(ErrorKind.USAGE, "--state needs the name of a directory");
    }
    Path chosen = state == null ? cli.config().localState() : state;
    return cli.host().cwd().resolve(chosen).normalize();
  }
}
