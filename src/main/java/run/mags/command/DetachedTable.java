package run.mags.command;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import run.mags.ssh.DetachedEntry;
import run.mags.ssh.DetachedState.Phase;
import run.mags.terminal.Style;
import run.mags.terminal.TablePrinter;

/** Detached commands as text. */
final class DetachedTable {
  private DetachedTable() {}

  /** As a table, in the order given; with none nothing, not even headings. */
  static String of(CliContext cli, List<DetachedEntry> entries) {
    if (entries.isEmpty()) {
      return "";
    }
    Style style = cli.output().style();
    TablePrinter table = new TablePrinter(style, "ID", "STATUS", "EXIT", "STARTED", "COMPLETED");
    for (DetachedEntry entry : entries) {
      Phase phase = entry.state().phase();
      table
          .cell(entry.id())
          .cell(phase.name().toLowerCase(Locale.ROOT))
          .cell(phase == Phase.EXITED ? Integer.toString(entry.state().exitCode()) : null)
          .cell(entry.state().began().map(Instant::toString).orElse(null))
          .cell(entry.state().ended().map(Instant::toString).orElse(null))
          .endRow();
    }
    return table.text();
  }
}
