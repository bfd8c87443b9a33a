package run.mags.api;

import java.nio.file.Path;
import java.time.Duration;

/**
 * What a call may take at most, whatever the server does: the time from its beginning to the last
 * byte of its answer, and the size of that answer in bytes.
 *
 * @param look the time for a call that only asks
 * @param change the time for one that changes something; above the 100 s of the CDN in front
 * @param logs the time for a whole log, and for a small file that is sent
 * @param answerBytes the size of an answer
 * @param logBytes the size of a log
 */
record Bounds(Duration look, Duration change, Duration logs, long answerBytes, long logBytes) {
  static final Bounds DEFAULT =
      new Bounds(
          Duration.ofSeconds(60),
          Duration.ofSeconds(150),
          Duration.ofMinutes(10),
          64L << 20,
          256L << 20);

  /** A file that is sent slower than this, in bytes per second, is given up. */
  private static final long SLOWEST_UPLOAD = 16 << 10;

  Duration time(ApiCall call) {
    if (isLog(call)) {
      return logs;
    }
    return call.method().equals("GET") ? look : change;
  }

  Duration upload(Path file) {
    return logs.plusSeconds(file.toFile().length() / SLOWEST_UPLOAD);
  }

  long bytes(ApiCall call) {
    return isLog(call) ? logBytes : answerBytes;
  }

  private static boolean isLog(ApiCall call) {
    return call.path().get(call.path().size() - 1).equals("logs");
  }
}
