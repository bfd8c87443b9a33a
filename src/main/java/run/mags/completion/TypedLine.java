package run.mags.completion;

import java.util.ArrayList;
import java.util.List;

/**
 * A command line up to the cursor.
 *
 * @param before the words after the program's name and before the cursor's, without their quotes
 * @param current the word at the cursor as far as it goes, without quotes; empty for a new one
 * @param quote the quote in which the cursor stands and with which its word began, else a blank
 * @param brokenAt how much of {@code current} the shell keeps as it is: bash ends its own words at
 *     signs such as = and :
 * @param rewritable whether a candidate can take the word's place; not with a quote within it
 */
public record TypedLine(
    List<String> before, String current, char quote, int brokenAt, boolean rewritable) {
  /** A line that the shell has taken apart; the last of {@code words} is at the cursor. */
  public static TypedLine of(List<String> words) {
    int last = words.size() - 1;
    return last < 0
        ? new TypedLine(List.of(), "", ' ', 0, true)
        : new TypedLine(words.subList(0, last), words.get(last), ' ', 0, true);
  }

  /**
   * A line as it stands in bash, beginning with the program.
   *
   * @param line the text up to the cursor
   * @param breaks bash's {@code COMP_WORDBREAKS}
   */
  public static TypedLine ofBash(String line, String breaks) {
    return new Reader(line, breaks).read();
  }

  /** Reads words as a shell does, with the last one perhaps unfinished. */
  private static final class Reader {
    private final String line;
    private final String breaks;
    private final List<String> words = new ArrayList<>();
    private final StringBuilder word = new StringBuilder();
    private boolean inWord;
    private char quote = ' ';
    private boolean quotedAtStart;
    private boolean quotedWithin;
    private int brokenAt;

    Reader(String line, String breaks) {
      this.line = line;
      this.breaks = breaks;
    }

    TypedLine read() {
      for (int i = 0; i < line.length(); i++) {
        char c = line.charAt(i);
        boolean escapes = c == '\\' && quote != '\'' && i + 1 < line.length();
        if (escapes && (quote == ' ' || "\"\\$`".indexOf(line.charAt(i + 1)) >= 0)) {
          i++;
          append(line.charAt(i));
        } else if (quote != ' ') {
          quoted(c);
        } else {
          plain(c);
        }
      }
      List<String> before = words.isEmpty() ? words : words.subList(1, words.size());
      boolean open = quote != ' ';
      boolean rewritable = !quotedWithin && (!quotedAtStart || open);
      return new TypedLine(
          List.copyOf(before), word.toString(), quote, open ? 0 : brokenAt, rewritable);
    }

    private void quoted(char c) {
      if (c == quote) {
        quote = ' ';
      } else {
        append(c);
      }
    }

    private void plain(char c) {
      if (c == ' ' || c == '\t' || c == '\n') {
        endWord();
      } else if (c == '\'' || c == '"') {
        quotedAtStart |= !inWord;
        quotedWithin |= inWord;
        inWord = true;
        quote = c;
      } else {
        append(c);
        if (breaks.indexOf(c) >= 0) {
          brokenAt = word.length();
        }
      }
    }

    private void append(char c) {
      inWord = true;
      word.append(c);
    }

    private void endWord() {
      if (inWord) {
        words.add(word.toString());
      }
      word.setLength(0);
      inWord = false;
      quotedAtStart = false;
      quotedWithin = false;
      brokenAt = 0;
    }
  }
}
