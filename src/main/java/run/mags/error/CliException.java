package run.mags.error;

import java.util.Optional;

/**
 * A failure that a user can cause or meet, with what to tell them. Anything else that is thrown is
 * a defect of this program. The message says what failed in one line without a full stop at its
 * end; the hint says what to do next.
 */
public class CliException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorKind kind;
  private final String hint;

  /** A failure without advice. */
  public CliException(ErrorKind kind, String message) {
    this(kind, message, null, null);
  }

  /** A failure with advice; {@code hint} may be null. */
  public CliException(ErrorKind kind, String message, String hint) {
    this(kind, message, hint, null);
  }

  /** A failure with advice and its cause; {@code hint} and {@code cause} may be null. */
  public CliException(ErrorKind kind, String message, String hint, Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.hint = hint;
  }

  /** What kind of failure this is. */
  public ErrorKind kind() {
    return kind;
  }

  /** What to do about it, if there is advice. */
  public Optional<String> hint() {
    return Optional.ofNullable(hint);
  }

  /** The HTTP status of the answer behind this failure or its cause, if there was one. */
  public Optional<Integer> status() {
    return getCause() instanceof CliException from ? from.status() : Optional.empty();
  }

  /** The request id that the API gave, if it gave one. */
  public Optional<String> requestId() {
    return getCause() instanceof CliException from ? from.requestId() : Optional.empty();
  }

  /** Whether the same call may succeed when it is repeated later; as its cause, if it has one. */
  public boolean retryable() {
    return getCause() instanceof CliException from && from.retryable();
  }
}
