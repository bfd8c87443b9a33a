package run.mags.terminal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Columns of text, as wide as their content, two blanks apart, with a heading. The same in a pipe
 * and on a terminal but for colour. Cells are made harmless to a terminal.
 */
public final class TablePrinter {
  /** No cell is shortened below this. */
  private static final int MINIMUM = 8;

  private final List<List<String>> rows = new ArrayList<>();
  private final List<List<UnaryOperator<String>>> paints = new ArrayList<>();
  private List<UnaryOperator<String>> currentPaints = new ArrayList<>();
  private List<String> current = new ArrayList<>();

  /** A table with these column headings. */
  public TablePrinter(Style style, String... headings) {
    for (String heading : headings) {
      cell(heading, style::bold);
    }
    endRow();
  }

  /** The next cell of the row; null is an empty cell. */
  public TablePrinter cell(String text) {
    return cell(text, UnaryOperator.identity());
  }

  /** The next cell of the row in a colour. */
  public TablePrinter cell(String text, UnaryOperator<String> paint) {
    current.add(text == null || text.isEmpty() ? "-" : Printable.line(text));
    currentPaints.add(paint);
    return this;
  }

  /** Ends the row. */
  public void endRow() {
    rows.add(current);
    paints.add(currentPaints);
    current = new ArrayList<>();
    currentPaints = new ArrayList<>();
  }

  /**
   * The table in at most {@code width} columns where that can be done by shortening the cells of
   * these columns, counted from 0; for a terminal. What is left out is shown by an ellipsis.
   */
  public String text(int width, int... elastic) {
    int[] widths = widths();
    int over = Arrays.stream(widths).sum() + 2 * (widths.length - 1) - width;
    for (int i = 0; i < elastic.length && over > 0; i++) {
      int column = elastic[i];
      int most = Math.max(MINIMUM, widths[column] - over);
      for (List<String> row : rows) {
        String cell = row.get(column);
        if (length(cell) > most) {
          row.set(column, cell.substring(0, cell.offsetByCodePoints(0, most - 1)) + "…");
        }
      }
      over -= Math.max(0, widths[column] - most);
    }
    return text();
  }

  /** The whole table; every row ends with a line end, none with blanks. */
  public String text() {
    int[] widths = widths();
    int columns = widths.length;
    StringBuilder text = new StringBuilder();
    for (int r = 0; r < rows.size(); r++) {
      List<String> row = rows.get(r);
      for (int i = 0; i < columns; i++) {
        String cell = row.get(i);
        text.append(paints.get(r).get(i).apply(cell));
        if (i < columns - 1) {
          text.append(" ".repeat(widths[i] - length(cell) + 2));
        }
      }
      text.append('\n');
    }
    return text.toString();
  }

  private int[] widths() {
    int[] widths = new int[rows.get(0).size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], length(row.get(i)));
      }
    }
    return widths;
  }

  private static int length(String cell) {
    return cell.codePointCount(0, cell.length());
  }
}
