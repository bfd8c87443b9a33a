package run.mags.terminal;

/** Text from elsewhere, made safe to print on a terminal. */
public final class Printable {
  private Printable() {}

  /**
   * The text on one line with every control character shown as {@code \xNN} (tab and line end
   * included), so that a name or message from the far side can neither move the cursor nor forge
   * output. Null becomes the empty text.
   */
  public static String line(String text) {
    if (text == null) {
      return "";
    }
    StringBuilder safe = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean harmful = Character.isISOControl(c) || isDirectional(c);
      if (harmful && safe == null) {
        safe = new StringBuilder(text.length() + 16).append(text, 0, i);
      }
      if (harmful) {
        appendEscaped(safe, c);
      } else if (safe != null) {
        safe.append(c);
      }
    }
    return safe == null ? text : safe.toString();
  }

  /** Like {@link #line}, but line ends stay. */
  public static String text(String text) {
    if (text == null) {
      return "";
    }
    String[] lines = text.split("\n", -1);
    for (int i = 0; i < lines.length; i++) {
      lines[i] = line(lines[i]);
    }
    return String.join("\n", lines);
  }

  /** Unicode's bidirectional controls can make a line read other than it is. */
  private static boolean isDirectional(char c) {
    return (c >= '\u202a' && c <= '\u202e') || (c >= '\u2066' && c <= '\u2069');
  }

  private static void appendEscaped(StringBuilder safe, char c) {
    if (c < 256) {
      safe.append("\\x")
          .append(Character.forDigit(c >> 4, 16))
          .append(Character.forDigit(c & 15, 16));
    } else {
      safe.append("\\u").append(Integer.toHexString(c));
    }
  }
}
