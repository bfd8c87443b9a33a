package run.mags.local;

/** An API call that is answered with an error: a status and the text of the error body. */
final class ApiRefusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;

  ApiRefusal(int status, String message) {
    super(message, null, false, false);
    this.status = status;
  }

  /** The HTTP status, 400–599. */
  int status() {
    return status;
  }
}
