package run.mags.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TablePrinterTest {
  @Test
  void alignsColumnsAndEndsRowsWithoutBlanks() {
    TablePrinter table = new TablePrinter(new Style(false), "NAME", "STATUS");
    table.cell("ä").cell("running").endRow();
    table.cell("longer-name").cell(null).endRow();

    assertThat(table.text())
        .isEqualTo("NAME         STATUS\nä            running\nlonger-name  -\n");
  }

  @Test
  void coloursDoNotMoveColumns() {
    Style style = new Style(true);
    TablePrinter table = new TablePrinter(style, "A", "B");
    table.cell("x", style::success).cell("y").endRow();

    assertThat(table.text())
        .isEqualTo("\u001b[1mA\u001b[0m  \u001b[1mB\u001b[0m\n\u001b[32mx\u001b[0m  y\n");
  }

  @Test
  void shortensWhatMayBeShortenedAndNoMoreThanNeeded() {
    TablePrinter table = new TablePrinter(new Style(true), "A", "B", "C");
    table.cell("a-rather-long-name").cell("fixed").cell("another-long-one").endRow();

    assertThat(table.text(36, 2, 0).lines().skip(1))
        .containsExactly("a-rather-long-name  fixed  another-…");
    assertThat(table.text(20, 2, 0).lines().skip(1)).containsExactly("a-rathe…  fixed  another…");
  }

  @Test
  void disarmsCells() {
    TablePrinter table = new TablePrinter(new Style(false), "A");
    table.cell("\u001b]0;evil\u0007").endRow();

    assertThat(table.text()).isEqualTo("A\n\\x1b]0;evil\\x07\n");
  }
}
