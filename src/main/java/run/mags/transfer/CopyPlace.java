package run.mags.transfer;

import run.mags.error.CliException;
import run.mags.error.ErrorKind;

/**
 * One side of a copy: {@code NAME:PATH} in a sandbox, {@code -} for our streams, else a path here.
 * A text with a slash before its first colon is a path here, such as {@code ./a:b}.
 *
 * @param sandbox the name or id of the sandbox; null for this side
 * @param path the path as it was given; in a sandbox it may be empty, which is the home directory
 */
public record CopyPlace(String sandbox, String path) {
  /**
   * Reads one.
   *
   * @param windows whether {@code C:\x} and {@code C:/x} are paths here
   * @throws CliException of kind USAGE if the text is empty, or has a colon and no name
   */
  public static CopyPlace of(String text, boolean windows) {
    if (text.isEmpty() || text.indexOf('\0') >= 0) {
      throw new CliException(ErrorKind.USAGE, "a path is empty or holds a NUL byte");
    }
    int colon = text.indexOf(':');
    boolean drive = windows && colon == 1 && Character.isLetter(text.charAt(0));
    if (colon < 0 || drive || separator(text, windows) < colon) {
      return new CopyPlace(null, text);
    }
    if (colon == 0) {
      throw new CliException(
          ErrorKind.USAGE,
          "'" + text + "' names no sandbox before its colon",
          "a file of that name here: ./" + text);
    }
    return new CopyPlace(text.substring(0, colon), text.substring(colon + 1));
  }

  private static int separator(String text, boolean windows) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '/' || (windows && text.charAt(i) == '\\')) {
        return i;
      }
    }
    return text.length();
  }

  /** Whether it is in a sandbox. */
  public boolean isRemote() {
    return sandbox != null;
  }

  /** Whether it is our standard input or output. */
  public boolean isStream() {
    return sandbox == null && path.equals("-");
  }
}
