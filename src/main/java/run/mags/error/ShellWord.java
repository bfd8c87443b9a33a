package run.mags.error;

/** A text as one word of a command that someone is told to type. */
public final class ShellWord {
  private ShellWord() {}

  /** The text itself where a shell takes it as it is, else in single quotes. */
  public static String of(String text) {
    boolean plain = !text.isEmpty();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      plain &= c < 128 && (Character.isLetterOrDigit(c) || "._-/:".indexOf(c) >= 0);
    }
    return plain ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
