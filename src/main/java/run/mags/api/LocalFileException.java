package run.mags.api;

import java.io.IOException;

/** A file of this machine that cannot be sent: no matter of the network, so no use in a retry. */
final class LocalFileException extends IOException {
  private static final long serialVersionUID = 1L;

  LocalFileException(String message, Throwable cause) {
    super(message, cause);
  }
}
