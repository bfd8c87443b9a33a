package run.mags.terminal;

import java.util.Locale;

/** How far something has come, as text. */
public final class ProgressBar {
  private static final int WIDTH = 20;
  private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB"};

  private ProgressBar() {}

  /**
   * A label, a bar, and bytes.
   *
   * @param done bytes so far
   * @param total bytes in all; 0 counts as done
   */
  public static String text(String label, long done, long total) {
    double part = total <= 0 ? 1 : Math.min(1, (double) done / total);
    int filled = (int) (part * WIDTH);
    String bar = "#".repeat(filled) + ".".repeat(WIDTH - filled);
    return label + " [" + bar + "] " + (int) (part * 100) + "% of " + bytes(total);
  }

  /** A number of bytes as people say it: {@code 512 B}, {@code 1.5 MB}; a kB has 1000. */
  public static String bytes(long count) {
    double value = count;
    int unit = 0;
    while (value >= 1000 && unit < UNITS.length - 1) {
      value /= 1000;
      unit++;
    }
    return unit == 0 ? count + " B" : String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit]);
  }
}
