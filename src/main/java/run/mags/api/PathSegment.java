package run.mags.api;

import java.nio.charset.StandardCharsets;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;

/** One segment of a URL's path. */
final class PathSegment {
  private static final String PLAIN =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  private static final String HEX = "0123456789ABCDEF";

  private PathSegment() {}

  /**
   * The segment in percent-encoding (RFC 3986, section 2.1): all but letters, digits, {@code -},
   * {@code .}, {@code _} and {@code ~}.
   *
   * @throws CliException (USAGE) for {@code .} and {@code ..}, which name another place in a path
   *     however they are written (RFC 3986, section 6.2.2.3)
   */
  static String encode(String segment) {
    if (segment.equals(".") || segment.equals("..")) {
      throw new CliException(ErrorKind.USAGE, "'" + segment + "' cannot be a name");
    }
    StringBuilder encoded = new StringBuilder();
    for (byte b : segment.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      if (PLAIN.indexOf(c) >= 0) {
        encoded.append(c);
      } else {
        encoded.append('%').append(HEX.charAt((b >> 4) & 15)).append(HEX.charAt(b & 15));
      }
    }
    return encoded.toString();
  }
}
