package run.mags.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import run.mags.error.ShellWord;

/** A text that we tell someone to type is one word of a shell, and that text. */
public final class QuotingFuzz {
  private QuotingFuzz() {}

  /** Tries one input. */
  public static void fuzzerTestOneInput(byte[] data) {
    String text = new String(data, UTF_8);
    String word = ShellWord.of(text);
    if (!unquoted(word).equals(text)) {
      throw new AssertionError(word + " is another text");
    }
  }

  /** What a POSIX shell makes of a word of plain letters, single quotes and {@code \'}. */
  private static String unquoted(String word) {
    StringBuilder text = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < word.length(); i++) {
      char c = word.charAt(i);
      if (c == '\'') {
        quoted = !quoted;
      } else if (quoted) {
        text.append(c);
      } else if (c == '\\' && i + 1 < word.length()) {
        text.append(word.charAt(++i));
      } else if (Character.isLetterOrDigit(c) || "._-/:".indexOf(c) >= 0) {
        text.append(c);
      } else {
        throw new AssertionError("a shell would not take this as it is: " + c);
      }
    }
    if (quoted) {
      throw new AssertionError("an open quote");
    }
    return text.toString();
  }
}
