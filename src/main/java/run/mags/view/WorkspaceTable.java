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
    return workspaces.isEmpty() ? "" : table(workspaces, style).text();
  }

  /** The same for a terminal of {@code width} columns, where long names are cut. */
  public static String text(List<Workspace> workspaces, Style style, int width) {
    return workspaces.isEmpty() ? "" : table(workspaces, style).text(width, 0);
  }

  private static TablePrinter table(List<Workspace> workspaces, Style style) {
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
    return table;
  }
}
