package run.mags.error;

import java.util.Locale;

/**
 * Every kind of failure that {@code --json} reports as {@code error.kind}: a closed list, so that a
 * script can tell failures apart without reading messages. Each kind carries its exit code.
 */
public enum ErrorKind {
  /** The command line is wrong. */
  USAGE(ExitCode.USAGE),
  /** No token, or the API refused it. */
  NOT_LOGGED_IN(ExitCode.NOT_LOGGED_IN),
  /** No such job, workspace, cron job or alias. */
  NOT_FOUND(ExitCode.FAILED),
  /** The name is taken or the thing is in use. */
  CONFLICT(ExitCode.FAILED),
  /** The API understood the request and said no. */
  REFUSED(ExitCode.FAILED),
  /** The API asks to slow down (429). */
  RATE_LIMITED(ExitCode.FAILED),
  /** The API cannot be reached or is broken at its end (network, 5xx). */
  UNAVAILABLE(ExitCode.FAILED),
  /** The API answered something that is not its protocol. */
  BAD_ANSWER(ExitCode.FAILED),
  /** A job or sandbox ended in a state from which what was asked cannot follow. */
  JOB_FAILED(ExitCode.FAILED),
  /** No SSH connection, or it was lost before the remote reported a status. */
  CONNECTION(ExitCode.FAILED),
  /** The host key of a sandbox is not the pinned one. */
  HOST_KEY(ExitCode.FAILED),
  /** A local file could not be read or written. */
  FILE(ExitCode.FAILED),
  /** The configuration is broken or cannot be written. */
  CONFIG(ExitCode.FAILED),
  /** The embedded local backend failed or cannot run here. */
  LOCAL_BACKEND(ExitCode.FAILED),
  /** A limit given by {@code --timeout}, or its default, ran out. */
  TIMEOUT(ExitCode.TIMED_OUT),
  /** Interrupted (Ctrl-C). */
  INTERRUPTED(ExitCode.INTERRUPTED),
  /** A defect of this program. */
  INTERNAL(ExitCode.FAILED);

  private final int exitCode;

  ErrorKind(int exitCode) {
    this.exitCode = exitCode;
  }

  /** The exit code of this kind where the command does not return a remote status. */
  public int exitCode() {
    return exitCode;
  }

  /** The word that {@code --json} prints: lower case, words joined by underscores. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
