package run.mags.transfer;

import java.io.IOException;
import run.mags.error.CliException;

/** Carries a failure of ours out of a stream that the SSH side writes to. */
final class CopyStopped extends IOException {
  private static final long serialVersionUID = 1L;

  CopyStopped(CliException failure) {
    super(failure.getMessage(), failure);
  }

  CliException failure() {
    return (CliException) getCause();
  }
}
