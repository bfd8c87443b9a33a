package run.mags.command;

import java.util.List;
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

  /**
   * What was found out about the local backend on this machine.
   *
   * @param what the thing
   * @param works whether it is there
   * @param detail what was seen
   * @param cure what to do where it does not work
   */
  record Finding(String what, boolean works, String detail, String cure) {}

  /**
   * What it could do here, found out by trying; takes some tens of milliseconds.
   *
   * @throws run.mags.error.CliException (LOCAL_BACKEND) if nothing can be tried
   */
  List<Finding> diagnose(CliContext cli);
}
