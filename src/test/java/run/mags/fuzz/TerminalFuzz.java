package run.mags.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import run.mags.api.model.CronJob;
import run.mags.api.model.Job;
import run.mags.api.model.Json;
import run.mags.api.model.PastRun;
import run.mags.api.model.UrlAlias;
import run.mags.api.model.Workspace;
import run.mags.terminal.Printable;
import run.mags.terminal.Style;
import run.mags.view.CronTable;
import run.mags.view.JobView;
import run.mags.view.PastRunTable;
import run.mags.view.UrlAliasTable;
import run.mags.view.WorkspaceTable;

/** Whatever a server says is shown by a terminal, and moves, colours and hides nothing on it. */
public final class TerminalFuzz {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final Style PLAIN = new Style(false);

  private static final String[] TEXTS = {
    "request_id",
    "name",
    "workspace_id",
    "status",
    "vm_id",
    "url",
    "subdomain",
    "error",
    "cron_expression",
    "schedule",
    "startup_command",
    "base_workspace_id",
    "id",
    "job_id"
  };

  private TerminalFuzz() {}

  /** Tries one input. */
  public static void fuzzerTestOneInput(byte[] data) {
    String text = new String(data, UTF_8);
    requireHarmless(Printable.line(text));
    requireHarmless(Printable.text(text));
    if (Printable.line(text).indexOf('\n') >= 0) {
      throw new AssertionError("a line of two lines");
    }
    if (isHarmless(text) && !Printable.text(text).equals(text)) {
      throw new AssertionError("a harmless text was changed");
    }
    ObjectNode node = Json.object();
    for (String field : TEXTS) {
      node.put(field, text);
    }
    Job job = Job.read(node);
    requireHarmless(JobView.table(List.of(job), PLAIN));
    requireHarmless(JobView.table(List.of(job), PLAIN, 1, NOON));
    requireHarmless(JobView.details(job, PLAIN));
    requireHarmless(CronTable.text(List.of(CronJob.read(node)), PLAIN));
    requireHarmless(PastRunTable.text(List.of(PastRun.read(node)), PLAIN));
    requireHarmless(UrlAliasTable.text(List.of(UrlAlias.read(node)), PLAIN));
    requireHarmless(WorkspaceTable.text(List.of(Workspace.read(node)), PLAIN));
  }

  private static void requireHarmless(String shown) {
    if (!isHarmless(shown)) {
      throw new AssertionError("a terminal would obey this");
    }
  }

  /** Whether a terminal would do nothing with it but show it. */
  public static boolean isHarmless(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean turns = (c >= '\u202a' && c <= '\u202e') || (c >= '\u2066' && c <= '\u2069');
      if (turns || (c != '\n' && Character.isISOControl(c))) {
        return false;
      }
    }
    return true;
  }
}
