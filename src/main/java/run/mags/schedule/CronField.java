package run.mags.schedule;

import java.util.BitSet;
import java.util.List;
import java.util.Locale;

/**
 * The five fields of a cron expression, in their order (POSIX, crontab; names and steps as in Vixie
 * cron).
 */
enum CronField {
  MINUTE("minute", 0, 59, ""),
  HOUR("hour", 0, 23, ""),
  DAY_OF_MONTH("day of month", 1, 31, ""),
  MONTH("month", 1, 12, "jan feb mar apr may jun jul aug sep oct nov dec"),
  /** Sunday is 0 and 7; in the set it is 0. */
  DAY_OF_WEEK("day of week", 0, 7, "sun mon tue wed thu fri sat");

  private static final int SUNDAY = 7;

  private final String words;
  private final int least;
  private final int most;
  private final String names;

  CronField(String words, int least, int most, String names) {
    this.words = words;
    this.least = least;
    this.most = most;
    this.names = names;
  }

  /**
   * The values that a text of this field allows.
   *
   * @throws IllegalArgumentException if it is none, with a sentence that says why
   */
  BitSet read(String text) {
    BitSet values = new BitSet(most + 1);
    for (String item : text.split(",", -1)) {
      String[] rangeAndStep = item.split("/", -1);
      if (rangeAndStep.length > 2) {
        throw wrong(item);
      }
      int step = rangeAndStep.length == 2 ? step(rangeAndStep[1], item) : 1;
      add(values, rangeAndStep[0], step, rangeAndStep.length == 2);
    }
    return values;
  }

  private void add(BitSet values, String range, int step, boolean stepped) {
    int from = least;
    int to = this == DAY_OF_WEEK ? SUNDAY - 1 : most;
    if (!range.equals("*")) {
      String[] ends = range.split("-", -1);
      if (ends.length > 2) {
        throw wrong(range);
      }
      from = value(ends[0]);
      if (ends.length == 2) {
        to = value(ends[1]);
      } else if (!stepped) {
        to = from;
      }
      if (this == DAY_OF_WEEK && from > to) {
        // Weeks have no first day that all agree on: fri-mon goes on past the end.
        to += SUNDAY;
      }
      if (from > to) {
        throw new IllegalArgumentException(
            "the range %s in the %s field runs backwards".formatted(range, words));
      }
    }
    for (int value = from; value <= to; value += step) {
      values.set(this == DAY_OF_WEEK ? value % SUNDAY : value);
    }
  }

  private int step(String text, String item) {
    int step = number(text, item);
    if (step < 1 || step > most) {
      throw new IllegalArgumentException(
          "the step %s in the %s field is not from 1 to %d".formatted(text, words, most));
    }
    return step;
  }

  private int value(String text) {
    int name =
        text.isEmpty() ? -1 : List.of(names.split(" ", -1)).indexOf(text.toLowerCase(Locale.ROOT));
    if (name >= 0) {
      return least + name;
    }
    int value = number(text, text);
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "%s in the %s field is not from %d to %d".formatted(text, words, least, most));
    }
    return value;
  }

  /** A number of at most four digits: none of the fields needs more. */
  private int number(String text, String item) {
    if (text.isEmpty()
        || text.length() > 4
        || !text.chars().allMatch(letter -> letter >= '0' && letter <= '9')) {
      throw wrong(item);
    }
    return Integer.parseInt(text);
  }

  private IllegalArgumentException wrong(String item) {
    String upper = item.toUpperCase(Locale.ROOT);
    boolean otherDialect =
        item.equals("?")
            || item.contains("#")
            || upper.matches("L(-\\d+)?|LW|(\\d+|[A-Z]{3})L|\\d+W");
    return new IllegalArgumentException(
        otherDialect
            ? "'%s' in the %s field belongs to another dialect of cron; L, W, # and ? are not known here"
                .formatted(item, words)
            : "'%s' in the %s field is no number%s, range or step"
                .formatted(item, words, names.isEmpty() ? "" : ", name"));
  }
}
