package run.mags.view;

import java.util.List;
import run.mags.api.model.UrlAlias;
import run.mags.terminal.Style;
import run.mags.terminal.TablePrinter;

/** URL aliases as a table. */
public final class UrlAliasTable {
  private UrlAliasTable() {}

  /** The table in the order given; with no alias nothing, not even headings. */
  public static String text(List<UrlAlias> aliases, Style style) {
    if (aliases.isEmpty()) {
      return "";
    }
    TablePrinter table = new TablePrinter(style, "SUBDOMAIN", "WORKSPACE", "URL");
    for (UrlAlias alias : aliases) {
      table.cell(alias.subdomain()).cell(alias.workspaceId()).cell(alias.url()).endRow();
    }
    return table.text();
  }
}
