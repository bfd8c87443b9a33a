package run.mags.command;

import java.util.Optional;

/** The way to the embedded local backend, which no other command is to load. */
public interface LocalAccess {
  /**
   * Where the local backend listens, started in the background if it is not there.
   *
   * @throws run.mags.error.CliException (LOCAL_BACKEND) if it cannot be started
   */
  CliContext.Endpoint ensureRunning(CliContext cli);

  /** Where it listens, if it is there; starts nothing. */
  Optional<CliContext.Endpoint> find(CliContext cli);
}
