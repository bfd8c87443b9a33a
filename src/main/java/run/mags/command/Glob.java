package run.mags.command;

/** Patterns of names: {@code *} stands for any text, {@code ?} for any one character. */
final class Glob {
  private Glob() {}

  /** Whether the whole of {@code text} fits the pattern. Takes time linear in practice. */
  static boolean matches(String pattern, String text) {
    int p = 0;
    int t = 0;
    int star = -1;
    int resume = 0;
    while (t < text.length()) {
      boolean wildcard = p < pattern.length() && pattern.charAt(p) == '*';
      boolean same =
          p < pattern.length() && (pattern.charAt(p) == '?' || pattern.charAt(p) == text.charAt(t));
      if (wildcard) {
        star = p++;
        resume = t;
      } else if (same) {
        p++;
        t++;
      } else if (star >= 0) {
        p = star + 1;
        t = ++resume;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }
}
