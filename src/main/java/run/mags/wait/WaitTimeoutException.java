package run.mags.wait;

import java.time.Duration;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;

/** A bounded wait ran out. */
public final class WaitTimeoutException extends CliException {
  private static final long serialVersionUID = 1L;

  /**
   * A wait for {@code what} that ended after {@code limit}.
   *
   * @param what what was waited for, as in "waited 60s for {what}"
   * @param seen what was seen last, as in "the last status was pending"; may be null
   * @param hint what to do; may be null
   */
  public WaitTimeoutException(String what, Duration limit, String seen, String hint) {
    super(
        ErrorKind.TIMEOUT,
        "waited " + text(limit) + " for " + what + (seen == null ? "" : "; " + seen),
        hint);
  }

  /** A duration for people: to a tenth of a second below 10 s, to a second from there on. */
  public static String text(Duration limit) {
    long millis = limit.toMillis();
    if (millis < 1000) {
      return millis + "ms";
    }
    long tenths = (millis + 50) / 100;
    return tenths < 100 && tenths % 10 != 0
        ? tenths / 10 + "." + tenths % 10 + "s"
        : (tenths + 5) / 10 + "s";
  }
}
