package run.mags.testing;

import java.util.Random;
import java.util.function.Function;

/**
 * Statements that hold for every text, tried on many: random ones of several kinds, shrunk to the
 * smallest that fails. {@code -Dmags.seed=N} tries the same ones again, {@code -Dmags.tries=N} more
 * of them.
 */
public final class Generated {
  private static final long SEED = Long.getLong("mags.seed", System.nanoTime());

  /** What tears texts apart wherever they are quoted, split, parsed or shown. */
  private static final String[] AWKWARD = {
    "'",
    "\"",
    "\\",
    "`",
    "$",
    "$(",
    "${",
    "}",
    "\n",
    "\r\n",
    "\t",
    " ",
    "",
    ";",
    "&",
    "|",
    "#",
    "!",
    "*",
    "?",
    "[",
    "~",
    "<",
    ">",
    "--",
    "-",
    "=",
    ":",
    "/",
    "..",
    "\u0001",
    "\u0007",
    "\u001b[",
    "\u001b]0;",
    "\u009b",
    "\u202e",
    "\u2028",
    "\u00e4",
    "\u65e5",
    "\ud83d\ude00",
    "{",
    "[",
    "]",
    ",",
    "null",
    "true",
    "0",
    "-1",
    "1e999",
    "9999999999999999999",
    "\\u0000",
    "EOF",
    "mags-end",
    "%s"
  };

  private Generated() {}

  /** A statement about a text; throws where it does not hold. */
  @FunctionalInterface
  public interface Statement<T> {
    /** Tries it. */
    void on(T text) throws Exception;
  }

  /** A text of the characters that tear texts apart, of letters, or of any characters. */
  public static String text(Random random) {
    StringBuilder text = new StringBuilder();
    int parts = random.nextInt(random.nextInt(8) == 0 ? 200 : 12);
    int kind = random.nextInt(3);
    for (int i = 0; i < parts; i++) {
      switch (kind) {
        case 0 -> text.append(AWKWARD[random.nextInt(AWKWARD.length)]);
        case 1 -> text.append((char) (' ' + random.nextInt(95)));
        default -> text.appendCodePoint(codePoint(random));
      }
      if (random.nextInt(4) == 0) {
        text.append(AWKWARD[random.nextInt(AWKWARD.length)]);
      }
    }
    return text.toString();
  }

  private static int codePoint(Random random) {
    int any = random.nextInt(5) == 0 ? random.nextInt(0x110000) : random.nextInt(0x300);
    return any >= 0xd800 && any < 0xe000 ? 'x' : any;
  }

  /** Tries a statement on {@code tries} texts. */
  public static void everyText(int tries, Statement<String> statement) {
    every(tries, Generated::text, statement);
  }

  /** Tries a statement on {@code tries} texts that {@code maker} makes. */
  public static void every(int tries, Function<Random, String> maker, Statement<String> statement) {
    long seed = SEED;
    int count = Integer.getInteger("mags.tries", tries);
    for (int i = 0; i < count; i++, seed++) {
      String text = maker.apply(new Random(seed));
      Throwable failure = failure(statement, text);
      if (failure != null) {
        String smallest = shrunk(statement, text);
        throw new AssertionError(
            "does not hold for " + shown(smallest) + " (mags.seed=" + seed + ")",
            failure(statement, smallest));
      }
    }
  }

  private static Throwable failure(Statement<String> statement, String text) {
    try {
      statement.on(text);
      return null;
    } catch (Exception | AssertionError | StackOverflowError thrown) {
      return thrown;
    }
  }

  /** Leaves out pieces, ever smaller ones, as long as it fails without them. */
  private static String shrunk(Statement<String> statement, String failing) {
    String smallest = failing;
    for (int size = Math.max(1, failing.length() / 2); size >= 1; size /= 2) {
      for (int at = 0; at + size <= smallest.length(); ) {
        String shorter = smallest.substring(0, at) + smallest.substring(at + size);
        if (failure(statement, shorter) == null) {
          at += size;
        } else {
          smallest = shorter;
        }
      }
    }
    return smallest;
  }

  private static String shown(String text) {
    StringBuilder units = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      units.append(c >= ' ' && c < 127 ? String.valueOf(c) : String.format("\\u%04x", (int) c));
    }
    return "\"" + units + '"';
  }
}
