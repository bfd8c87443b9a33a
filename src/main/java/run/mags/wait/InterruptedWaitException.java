package run.mags.wait;

import run.mags.error.CliException;
import run.mags.error.ErrorKind;

/** The user interrupted what was going on. */
public final class InterruptedWaitException extends CliException {
  private static final long serialVersionUID = 1L;

  /** An interrupt; {@code hint} says what goes on without us, and may be null. */
  public InterruptedWaitException(String hint) {
    super(ErrorKind.INTERRUPTED, "interrupted", hint);
  }
}
