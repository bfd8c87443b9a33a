package run.mags.view;

import java.util.List;
import run.mags.api.model.CronJob;
import run.mags.terminal.Style;
import run.mags.terminal.TablePrinter;

/** Cron jobs as a table. */
public final class CronTable {
  private CronTable() {}

  /** The table in the order given; with no cron job nothing, not even headings. */
  public static String text(List<CronJob> jobs, Style style) {
    if (jobs.isEmpty()) {
      return "";
    }
    TablePrinter table =
        new TablePrinter(
            style, "NAME", "SCHEDULE", "STATE", "NEXT RUN", "LAST RUN", "RESULT", "RUNS", "ID");
    for (CronJob job : jobs) {
      boolean off = Boolean.FALSE.equals(job.enabled());
      table
          .cell(job.name())
          .cell(job.cronExpression())
          .cell(off ? "disabled" : "enabled", off ? style::warning : style::success)
          .cell(off ? null : Times.seconds(job.nextRunAt()))
          .cell(Times.seconds(job.lastRunAt()))
          .cell(job.lastRunStatus())
          .cell(job.runCount() == null ? null : job.runCount().toString())
          .cell(job.id())
          .endRow();
    }
    return table.text();
  }
}
