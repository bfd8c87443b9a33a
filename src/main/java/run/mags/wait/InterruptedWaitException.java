package run.mags.wait;

import run.mags.error.CliException;
import run.mags.error.ErrorKind;

/** The user interrupted what was going on. */
public final class InterruptedWaitException extends CliException {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  /** An interrupt (Ctrl-C); {@code hint} says what goes on without us, and may be null. */
  public InterruptedWaitException(String hint) {
    this(hint, ErrorKind.INTERRUPTED.exitCode());
  }

  /** A signal that asked us to end; {@code exitCode} is 128 plus its number. */
  public InterruptedWaitException(String hint, int exitCode) {
    super(ErrorKind.INTERRUPTED, "interrupted", hint);
    this.exitCode = exitCode;
  }

  /** 128 plus the number of the signal. */
  public int exitCode() {
    return exitCode;
  }
}
