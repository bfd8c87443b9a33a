package run.mags.local.proxy;

/** What cannot be passed on: a status and a short text for an HTTP client. */
public final class Refusal extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;

  /**
   * A refusal.
   *
   * @param status the HTTP status, 400–599
   * @param message why, in a line
   */
  public Refusal(int status, String message) {
    super(message, null, false, false);
    this.status = status;
  }

  /** The HTTP status. */
  int status() {
    return status;
  }

  /** Why, in one line. */
  String line() {
    return getMessage().replaceAll("\\p{Cntrl}", " ");
  }

  /** Its standard words (RFC 9110, section 15). */
  String reason() {
    return switch (status) {
      case 400 -> "Bad Request";
      case 403 -> "Forbidden";
      case 404 -> "Not Found";
      case 408 -> "Request Timeout";
      case 431 -> "Request Header Fields Too Large";
      case 501 -> "Not Implemented";
      case 502 -> "Bad Gateway";
      case 503 -> "Service Unavailable";
      case 505 -> "HTTP Version Not Supported";
      default -> "Error";
    };
  }
}
