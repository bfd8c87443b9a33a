package run.mags.view;

import java.time.Duration;
import java.util.Locale;
import java.util.function.UnaryOperator;
import run.mags.api.model.Job;
import run.mags.api.model.JobStatus;
import run.mags.terminal.Printable;
import run.mags.terminal.Style;
import run.mags.terminal.TablePrinter;

/** Jobs as text. */
public final class JobView {
  private JobView() {}

  /** All that is known of a job, a line each. */
  public static String details(Job job, Style style) {
    StringBuilder text = new StringBuilder();
    line(text, "id", job.requestId());
    line(text, "name", job.name());
    line(text, "status", paint(job.state(), style).apply(Printable.line(job.status())));
    line(text, "workspace", job.workspaceId());
    line(text, "vm", job.vmId());
    line(text, "url", job.url());
    line(text, "subdomain", job.url() == null ? job.subdomain() : null);
    line(text, "exit code", job.exitCode());
    line(text, "duration", job.scriptDurationMs() == null ? null : time(job.scriptDurationMs()));
    line(text, "created", job.createdAt());
    line(text, "started", job.startedAt());
    line(text, "completed", job.completedAt());
    line(text, "persistent", job.persistent());
    line(text, "no sleep", job.noSleep());
    line(text, "startup", job.startupCommand());
    line(text, "disk", job.diskGb() == null ? null : job.diskGb() + " GB");
    line(text, "error", job.error());
    return text.toString();
  }

  private static void line(StringBuilder text, String name, Object value) {
    if (value != null) {
      String shown = value.toString();
      boolean painted = shown.startsWith("\u001b[") && name.equals("status");
      text.append(String.format(Locale.ROOT, "%-11s", name + ":"))
          .append(' ')
          .append(painted ? shown : Printable.line(shown))
          .append('\n');
    }
  }

  /** Jobs as a table, in the order given; with no job nothing, not even headings. */
  public static String table(Iterable<Job> jobs, Style style) {
    if (!jobs.iterator().hasNext()) {
      return "";
    }
    TablePrinter table = new TablePrinter(style, "NAME", "STATUS", "WORKSPACE", "CREATED", "ID");
    for (Job job : jobs) {
      table
          .cell(job.name())
          .cell(job.status(), paint(job.state(), style))
          .cell(job.workspaceId())
          .cell(created(job))
          .cell(job.requestId())
          .endRow();
    }
    return table.text();
  }

  private static String created(Job job) {
    Object time = job.createdAt() != null ? job.createdAt() : job.startedAt();
    // Whole seconds: the API gives fractions of different lengths.
    return time == null ? null : time.toString().replaceFirst("\\.\\d+Z$", "Z");
  }

  /** The colour of a state. */
  private static UnaryOperator<String> paint(JobStatus state, Style style) {
    return switch (state) {
      case RUNNING -> style::success;
      case SLEEPING, PENDING, STOPPING -> style::warning;
      case ERROR -> style::failure;
      case STOPPED, COMPLETED, UNKNOWN -> UnaryOperator.identity();
    };
  }

  /** A time in ms as people say it: {@code 12ms}, {@code 1.5s}, {@code 2m3s}. */
  static String time(long millis) {
    if (millis < 1000) {
      return millis + "ms";
    }
    if (millis < 60_000) {
      return String.format(Locale.ROOT, "%.1fs", millis / 1000.0);
    }
    Duration duration = Duration.ofMillis(millis);
    return duration.toMinutes() + "m" + duration.toSecondsPart() + "s";
  }
}
