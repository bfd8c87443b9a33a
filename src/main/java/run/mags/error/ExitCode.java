package run.mags.error;

/**
 * The exit codes of {@code mags} that are its own; {@code run}, {@code exec} and {@code ssh} return
 * the remote status (0–255) unchanged besides. Source: the table in {@code docs/exit-codes.md}.
 */
public final class ExitCode {
  /** Done. */
  public static final int OK = 0;

  /** Refused or failed. */
  public static final int FAILED = 1;

  /** Wrong usage. */
  public static final int USAGE = 2;

  /** Not logged in, or the token was refused. */
  public static final int NOT_LOGGED_IN = 4;

  /** A {@code --timeout} ran out. */
  public static final int TIMED_OUT = 124;

  /** In {@code run}, {@code exec} and {@code ssh}: anything that is not the remote's own status. */
  public static final int NOT_THE_REMOTES = 125;

  /** 128 plus the number of a signal, as a shell reports it. */
  public static final int SIGNAL_BASE = 128;

  /** Ended by an interrupt (Ctrl-C): 128 + SIGINT. */
  public static final int INTERRUPTED = SIGNAL_BASE + 2;

  /** The reader of stdout went away: 128 + SIGPIPE. */
  public static final int BROKEN_PIPE = SIGNAL_BASE + 13;

  private ExitCode() {}
}
