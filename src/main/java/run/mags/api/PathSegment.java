package run.mags.api;

import java.nio.charset.StandardCharsets;

/** One segment of a URL's path. */
final class PathSegment {
  private static final String PLAIN =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_~";
  private static final String HEX = "0123456789ABCDEF";

  private PathSegment() {}

  /**
   * The segment in percent-encoding (RFC 3986, section 2.1): all but letters, digits, {@code -},
   * {@code _} and {@code ~}; dots are kept inside a name, but a name of dots alone would walk the
   * path, so there they are encoded too.
   */
  static String encode(String segment) {
    boolean onlyDots = segment.chars().allMatch(c -> c == '.');
    StringBuilder encoded = new StringBuilder();
    for (byte b : segment.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      if (PLAIN.indexOf(c) >= 0 || (c == '.' && !onlyDots)) {
        encoded.append(c);
      } else {
        encoded.append('%').append(HEX.charAt((b >> 4) & 15)).append(HEX.charAt(b & 15));
      }
    }
    return encoded.toString();
  }
}
