package run.mags.view;

import java.util.List;
import run.mags.api.model.Workspace;
import run.mags.terminal.ProgressBar;
import run.mags.terminal.Style;
import run.mags.terminal.TablePrinter;

/** Workspaces as a table. */
public final class WorkspaceTable {
  private WorkspaceTable() {}

  /** The table in the order given; with no workspace nothing, not even headings. */
  public static String text(List<Workspace> workspaces, Style style) {
    if (workspaces.isEmpty()) {
      return "";
    }
    TablePrinter table = new TablePrinter(style, "WORKSPACE", "SIZE", "JOBS", "LAST ACTIVE");
    for (Workspace workspace : workspaces) {
      Long size = workspace.sizeBytes();
      table
          .cell(workspace.workspaceId())
          .cell(size == null ? null : ProgressBar.bytes(size))
          .cell(workspace.jobCount() == null ? null : workspace.jobCount().toString())
          .cell(Times.seconds(workspace.lastActive()))
          .endRow();
    }
    return table.text();
  }
}
