package run.mags.script;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Splits a line of a script into words at blanks. What stands between single quotes is kept as it
 * is, and two of them inside are one quote; outside of them {@code $NAME} and <code>${NAME}</code>
 * are replaced. A {@code #} that begins a word begins a comment.
 */
final class ScriptWords {
  private static final Pattern VARIABLE =
      Pattern.compile("\\$(?:\\{(?<braced>\\w+)}|(?<plain>\\w+))");

  private final Map<String, String> variables;

  /** Replaces the names of {@code variables}; any other is a mistake in the script. */
  ScriptWords(Map<String, String> variables) {
    this.variables = variables;
  }

  /** The words of {@code line}; none for a blank line or one that is only a comment. */
  List<String> split(String line) {
    List<String> words = new ArrayList<>();
    StringBuilder word = null;
    int at = 0;
    while (at < line.length()) {
      char next = line.charAt(at);
      if (next == ' ' || next == '\t') {
        if (word != null) {
          words.add(word.toString());
          word = null;
        }
        at++;
      } else if (next == '#' && word == null) {
        break;
      } else {
        word = word == null ? new StringBuilder() : word;
        at = next == '\'' ? quoted(line, at + 1, word) : plain(line, at, word);
      }
    }
    if (word != null) {
      words.add(word.toString());
    }
    return words;
  }

  /** Takes the text up to the closing quote and answers where the line goes on. */
  private static int quoted(String line, int from, StringBuilder word) {
    int at = from;
    while (true) {
      int quote = line.indexOf('\'', at);
      if (quote < 0) {
        throw new AssertionError("a single quote is not closed");
      }
      word.append(line, at, quote);
      if (!line.startsWith("''", quote)) {
        return quote + 1;
      }
      word.append('\'');
      at = quote + 2;
    }
  }

  private int plain(String line, int from, StringBuilder word) {
    int end = from;
    while (end < line.length() && " \t'".indexOf(line.charAt(end)) < 0) {
      end++;
    }
    word.append(replace(line.substring(from, end)));
    return end;
  }

  /** Replaces the variables of {@code text}. */
  String replace(String text) {
    return VARIABLE
        .matcher(text)
        .replaceAll(found -> Matcher.quoteReplacement(value((Matcher) found)));
  }

  private String value(Matcher found) {
    String name = found.group("braced") == null ? found.group("plain") : found.group("braced");
    String value = variables.get(name);
    if (value == null) {
      throw new AssertionError("no variable " + name);
    }
    return value;
  }
}
