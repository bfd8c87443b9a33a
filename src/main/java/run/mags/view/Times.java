package run.mags.view;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Times as text. */
final class Times {
  private Times() {}

  /** Whole seconds, since the API gives fractions of different lengths; null for null. */
  static String seconds(Instant time) {
    return time == null ? null : time.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
