package run.mags.terminal;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Columns of text, as wide as their content, two blanks apart, with a heading. The same in a pipe
 * and on a terminal but for colour. Cells are made harmless to a terminal.
 */
public final class TablePrinter {
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

  /** The whole table; every row ends with a line end, none with blanks. */
  public String text() {
    int columns = rows.get(0).size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).codePointCount(0, row.get(i).length()));
      }
    }
    StringBuilder text = new StringBuilder();
    for (int r = 0; r < rows.size(); r++) {
      List<String> row = rows.get(r);
      for (int i = 0; i < columns; i++) {
        String cell = row.get(i);
        text.append(paints.get(r).get(i).apply(cell));
        if (i < columns - 1) {
          text.append(" ".repeat(widths[i] - cell.codePointCount(0, cell.length()) + 2));
        }
      }
      text.append('\n');
    }
    return text.toString();
  }
}
