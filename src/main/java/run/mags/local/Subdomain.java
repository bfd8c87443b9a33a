package run.mags.local;

import java.util.Locale;

/** The names under which jobs are reached: one DNS label each (RFC 1035, section 2.3.1). */
final class Subdomain {
  private static final int LONGEST_NAME = 40;
  private static final int ID_DIGITS = 8;

  private Subdomain() {}

  /**
   * The subdomain of a job, the same as long as the job lives: what a label can hold of its name,
   * and the beginning of its id.
   *
   * @param name the job's name, or null
   */
  static String of(String name, String id) {
    String words =
        (name == null ? "" : name)
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^a-z0-9]+", "-")
            .replaceAll("^-+", "");
    words = words.substring(0, Math.min(words.length(), LONGEST_NAME)).replaceAll("-+$", "");
    return (words.isEmpty() ? "job" : words) + "-" + id.substring(0, ID_DIGITS);
  }

  /** Whether it can be a label, in lower case. */
  static boolean isLabel(String text) {
    return text.matches("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
  }
}
