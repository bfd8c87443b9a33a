package run.mags.client;

import java.util.List;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;

/**
 * The API gave access without all that it takes, as it may while a sandbox starts or wakes; the
 * next answer may have it.
 */
final class IncompleteAccessException extends CliException {
  private static final long serialVersionUID = 1L;

  /** Access to a job in which some of host, port and key are missing. */
  IncompleteAccessException(String id, List<String> missing) {
    super(
        ErrorKind.UNAVAILABLE,
        "the API gave access to " + id + " without a " + String.join(" and a ", missing));
  }

  @Override
  public boolean retryable() {
    return true;
  }
}
