package run.mags.api;

import java.util.Optional;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;

/** The API said no, could not be reached, or answered something that is not its protocol. */
public final class ApiException extends CliException {
  private static final long serialVersionUID = 1L;

  private final Integer status;
  private final String requestId;
  private final boolean retryable;

  /**
   * A failed call.
   *
   * @param status the HTTP status, or null when there was no answer
   * @param requestId the id that the answer carried, or null
   * @param retryable whether the same call may succeed later
   * @param hint what to do, or null
   * @param cause what lies beneath, or null
   */
  ApiException(
      ErrorKind kind,
      String message,
      String hint,
      Integer status,
      String requestId,
      boolean retryable,
      Throwable cause) {
    super(kind, message, hint, cause);
    this.status = status;
    this.requestId = requestId;
    this.retryable = retryable;
  }

  @Override
  public Optional<Integer> status() {
    return Optional.ofNullable(status);
  }

  @Override
  public Optional<String> requestId() {
    return Optional.ofNullable(requestId);
  }

  @Override
  public boolean retryable() {
    return retryable;
  }
}
