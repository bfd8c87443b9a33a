package run.mags.terminal;

import java.io.IOException;

/**
 * Standard output could not be written. When its reader has gone ({@link #readerGone()}) the
 * program ends quietly, as any filter does.
 */
public final class OutputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** A failed write. */
  public OutputException(IOException cause) {
    super(cause.getMessage(), cause);
  }

  /** Whether the write failed because nobody reads (EPIPE) or because the stream was closed. */
  public boolean readerGone() {
    String message = String.valueOf(getMessage());
    return message.contains("Broken pipe") || message.contains("pipe is being closed");
  }
}
