package run.mags.terminal;

/**
 * The size of a terminal in characters.
 *
 * @param columns how many characters a line has, 1 to 65535
 * @param rows how many lines there are, 1 to 65535
 */
public record WindowSize(int columns, int rows) {
  /** What a terminal has that does not tell its size. */
  public static final WindowSize USUAL = new WindowSize(80, 24);

  private static final int MOST = 65_535;

  /** The size that {@code stty size} prints, rows first; {@link #USUAL} if it prints none. */
  static WindowSize parse(String printed) {
    String[] numbers = printed.trim().split(" ", -1);
    try {
      int rows = Integer.parseInt(numbers[0]);
      int columns = Integer.parseInt(numbers[numbers.length - 1]);
      boolean sound = rows > 0 && columns > 0 && rows <= MOST && columns <= MOST;
      return sound && numbers.length == 2 ? new WindowSize(columns, rows) : USUAL;
    } catch (NumberFormatException none) {
      return USUAL;
    }
  }
}
