package run.mags.completion;

/** An answer as the shells' scripts read it: first what the shell is to add, then a word a line. */
public final class Reply {
  private Reply() {}

  /** For zsh and fish, which quote and choose themselves: the word, a tab, its description. */
  public static String described(Completer.Answer answer) {
    StringBuilder text = head(answer);
    for (Candidate candidate : answer.candidates()) {
      if (isPlain(candidate.value())) {
        text.append(candidate.value()).append('\t');
        text.append(isPlain(candidate.description()) ? candidate.description() : "").append('\n');
      }
    }
    return text.toString();
  }

  /** For bash: what is to stand in the place of the typed word, or of its last part, quoted. */
  public static String forBash(Completer.Answer answer, TypedLine line) {
    StringBuilder text = head(answer);
    if (!line.rewritable()) {
      return text.toString();
    }
    for (Candidate candidate : answer.candidates()) {
      String value = candidate.value();
      if (value.startsWith(line.current()) && isPlain(value)) {
        String quoted = quoted(value.substring(line.brokenAt()), line.quote());
        if (quoted != null) {
          text.append(quoted).append('\n');
        }
      }
    }
    return text.toString();
  }

  private static StringBuilder head(Completer.Answer answer) {
    return new StringBuilder(
        switch (answer.others()) {
          case NONE -> "none\n";
          case FILES -> "files\n";
          case DIRECTORIES -> "directories\n";
        });
  }

  /** Names with control characters cannot be typed, and could do something to the terminal. */
  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean directional = (c >= '\u202a' && c <= '\u202e') || (c >= '\u2066' && c <= '\u2069');
      if (Character.isISOControl(c) || directional) {
        return false;
      }
    }
    return true;
  }

  /** The word as bash is to read it, after an open quote or without one; null if it cannot be. */
  private static String quoted(String value, char quote) {
    if (quote == '\'') {
      return value.indexOf('\'') < 0 ? value : null;
    }
    // In double quotes an exclamation mark calls the history up, and a backslash before it stays.
    if (quote == '"' && value.indexOf('!') >= 0) {
      return null;
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      boolean special = quote == '"' ? "\"\\$`".indexOf(c) >= 0 : !isHarmless(c) && c < 128;
      text.append(special ? "\\" : "").append(c);
    }
    return text.toString();
  }

  private static boolean isHarmless(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "_@%+=:,./-".indexOf(c) >= 0;
  }
}
