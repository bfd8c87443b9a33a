package run.mags.ssh;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;

/**
 * A sign on the way of a command's output that its directory could not be entered. A status alone
 * would not tell that from one of the command itself. It has a number that was never used before
 * and that stands nowhere but in the text that the shell is given, so that no output looks like it
 * by chance, and what is no sign is passed on byte for byte.
 */
final class WorkdirMark {
  /** Rare in any output, so that next to nothing waits to be told from a sign. */
  private static final char FRAME = '\036';

  private final String id;
  private final String directory;
  private final boolean onError;
  private final byte[] sign;
  private int matched;
  private boolean seen;

  /**
   * A sign that has not been seen.
   *
   * @param id letters and digits, never used before
   * @param directory the one that it is about
   * @param onError whether it comes on standard error, as it does without a terminal
   */
  WorkdirMark(String id, String directory, boolean onError) {
    this.id = id;
    this.directory = directory;
    this.onError = onError;
    this.sign = (FRAME + id + FRAME).getBytes(US_ASCII);
  }

  /** What the shell does to give it. */
  String script() {
    return "printf '\\036%s\\036' " + id + " >&2";
  }

  /** Takes a piece of output and answers what of it, and of what has waited, is to be shown. */
  synchronized byte[] pass(boolean isError, byte[] data, int offset, int count) {
    ByteArrayOutputStream passed = new ByteArrayOutputStream(count + matched);
    if (isError != onError || seen) {
      passed.write(data, offset, count);
      return passed.toByteArray();
    }
    for (int i = offset; i < offset + count; i++) {
      if (data[i] != sign[matched]) {
        // Nothing within a sign looks like its beginning.
        passed.write(sign, 0, matched);
        matched = 0;
      }
      if (data[i] == sign[matched]) {
        matched++;
        if (matched == sign.length) {
          seen = true;
          matched = 0;
          passed.write(data, i + 1, offset + count - i - 1);
          break;
        }
      } else {
        passed.write(data[i]);
      }
    }
    return passed.toByteArray();
  }

  /** The directory that it is about. */
  String directory() {
    return directory;
  }

  /** On which stream it comes. */
  boolean onError() {
    return onError;
  }

  /** What has waited and is no sign, as no more comes. */
  synchronized byte[] rest() {
    ByteArrayOutputStream rest = new ByteArrayOutputStream();
    rest.write(sign, 0, matched);
    matched = 0;
    return rest.toByteArray();
  }

  /** Whether the directory could not be entered. */
  synchronized boolean isSeen() {
    return seen;
  }
}
