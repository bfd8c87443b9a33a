package run.mags.view;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import run.mags.api.model.Job;
import run.mags.api.model.JobStatus;
import run.mags.terminal.Printable;
import run.mags.terminal.Style;
import run.mags.terminal.TablePrinter;

/** Jobs as text. */
public final class JobView {
  private static final int NAME_COLUMN = 0;
  private static final int WORKSPACE_COLUMN = 2;

  private JobView() {}

  /** All that is known of a job, a line each. */
  public static String details(Job job, Style style) {
    StringBuilder text = new StringBuilder();
    line(text, "id", job.requestId());
    line(text, "name", job.name());
    line(text, "status", paint(job.state(), style).apply(Printable.line(job.status())));
    line(text, "workspace", job.workspaceId());
    line(text, "base", job.baseWorkspaceId());
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
    line(text, "startup", firstLine(job.startupCommand()));
    line(text, "disk", job.diskGb() == null ? null : job.diskGb() + " GB");
    line(text, "error", job.error());
    return text.toString();
  }

  /** A script is too long for a look; all of it is in the JSON. */
  private static String firstLine(String command) {
    int end = command == null ? -1 : command.indexOf('\n');
    return end < 0 ? command : command.substring(0, end) + " …";
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
  public static String table(List<Job> jobs, Style style) {
    return jobs.isEmpty() ? "" : fill(jobs, style, JobView::created).text();
  }

  /** The same for a terminal of this width, with times as they are from {@code now}. */
  public static String table(List<Job> jobs, Style style, int width, Instant now) {
    return jobs.isEmpty()
        ? ""
        : fill(jobs, style, job -> age(job, now)).text(width, WORKSPACE_COLUMN, NAME_COLUMN);
  }

  private static TablePrinter fill(List<Job> jobs, Style style, Function<Job, String> created) {
    TablePrinter table = new TablePrinter(style, "NAME", "STATUS", "WORKSPACE", "CREATED", "ID");
    for (Job job : jobs) {
      table
          .cell(job.name())
          .cell(job.status(), paint(job.state(), style))
          .cell(job.workspaceId())
          .cell(created.apply(job))
          .cell(job.requestId())
          .endRow();
    }
    return table;
  }

  private static Instant time(Job job) {
    return job.createdAt() != null ? job.createdAt() : job.startedAt();
  }

  private static String created(Job job) {
    return Times.seconds(time(job));
  }

  private static String age(Job job, Instant now) {
    Instant time = time(job);
    if (time == null) {
      return null;
    }
    long seconds = Math.max(0, Duration.between(time, now).toSeconds());
    if (seconds < 60) {
      return seconds + "s ago";
    }
    if (seconds < 3600) {
      return seconds / 60 + "m ago";
    }
    return seconds < 86_400 ? seconds / 3600 + "h ago" : seconds / 86_400 + "d ago";
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
