package run.mags.command.local;

import java.nio.file.Path;
import picocli.CommandLine.Option;
import run.mags.command.CliContext;

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
    Path chosen = state == null ? cli.config().localState() : state;
    return cli.host().cwd().resolve(chosen).normalize();
  }
}
