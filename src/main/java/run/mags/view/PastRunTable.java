package run.mags.view;

import java.util.List;
import run.mags.api.model.PastRun;
import run.mags.terminal.Style;
import run.mags.terminal.TablePrinter;

/** The runs of a cron job as a table. */
public final class PastRunTable {
  private PastRunTable() {}

  /** The table in the order given; with no run nothing, not even headings. */
  public static String text(List<PastRun> runs, Style style) {
    if (runs.isEmpty()) {
      return "";
    }
    TablePrinter table = new TablePrinter(style, "TIME", "RESULT", "EXIT", "JOB", "REASON");
    for (PastRun run : runs) {
      table
          .cell(Times.seconds(run.at()))
          .cell(run.status())
          .cell(run.exitCode() == null ? null : run.exitCode().toString())
          .cell(run.requestId())
          .cell(run.reason())
          .endRow();
    }
    return table.text();
  }
}
