package run.mags.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;
import run.mags.api.JobFollower;
import run.mags.api.model.Job;
import run.mags.api.model.Json;
import run.mags.api.model.LogEntry;
import run.mags.command.option.DurationConverter;
import run.mags.error.ExitCode;
import run.mags.terminal.Output;
import run.mags.view.LogView;
import run.mags.wait.Deadline;

/** {@code logs}: what a job has written, and with {@code -f} what it goes on to write. */
@Command(
    name = "logs",
    description = "Show what a job has written.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  mags logs build",
      "  mags logs -f --tail 20 web",
      "  mags logs --since 10m --source stderr --timestamps build",
      "  mags logs -f dev --exec $id"
    })
public final class LogsCommand extends BaseCommand {
  @Parameters(paramLabel = "NAME|ID", description = "The job.")
  String job;

  @Option(
      names = {"-f", "--follow"},
      description = "Go on until the job, or the command, has ended.")
  boolean follow;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "Only what is younger: 10m, 2h, or a time such as 2026-01-31T12:00:00Z.")
  String since;

  @Option(
      names = "--tail",
      paramLabel = "N",
      converter = TailConverter.class,
      description = "Only the last N entries of what is there; with --exec, lines.")
  Integer tail;

  @Option(
      names = {"-t", "--timestamps"},
      description = "Begin each line with its time, where it is known.")
  boolean timestamps;

  @Option(
      names = "--source",
      paramLabel = "SOURCE",
      split = ",",
      description = "Only what came from here: stdout, stderr or system. Repeatable.")
  List<String> sources = new ArrayList<>();

  @Option(
      names = "--exec",
      paramLabel = "ID",
      description = "What this command has written, whose id exec --detach has printed.")
  String exec;

  @Option(
      names = "--connect-timeout",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "How long to try to reach the sandbox (default 60s). Needs --exec.")
  Duration connectTimeout;

  /** The command. */
  public LogsCommand(Supplier<CliContext> context) {
    super(context);
  }

  @Override
  protected int execute(CliContext cli) {
    if (exec != null) {
      return ofCommand(cli);
    }
    if (connectTimeout != null) {
      throw usage("--connect-timeout needs --exec");
    }
    Instant from = since == null ? null : instant(cli);
    String id = cli.mags().find(job).requestId();
    List<LogEntry> log = cli.api().logs(id);
    List<LogEntry> shown = new ArrayList<>();
    for (LogEntry entry : log) {
      if (isWanted(entry, from)) {
        shown.add(entry);
      }
    }
    if (tail != null && shown.size() > tail) {
      shown = shown.subList(shown.size() - tail, shown.size());
    }
    if (!follow) {
      List<LogEntry> all = shown;
      cli.output().show(() -> json(all), () -> text(all));
      return ExitCode.OK;
    }
    shown.forEach(entry -> print(cli.output(), entry));
    return follow(cli, id, log.size(), from);
  }

  private int ofCommand(CliContext cli) {
    if (since != null || timestamps) {
      throw usage("--exec knows no times: --since and --timestamps are for the logs of jobs");
    }
    for (String source : sources) {
      if (!source.equals(LogEntry.STDOUT) && !source.equals(LogEntry.STDERR)) {
        throw usage("a command has no source '" + source + "', only stdout and stderr");
      }
    }
    return new DetachedRun(cli, job, connectTimeout).logs(exec, follow, tail, sources);
  }

  private int follow(CliContext cli, String id, int seen, Instant from) {
    return Interrupts.during(
        cli,
        () -> "the job goes on; to stop it: mags stop " + id,
        () -> {
          new JobFollower(cli.api(), cli.mags().poller())
              .follow(
                  id,
                  seen,
                  entry -> {
                    if (isWanted(entry, from)) {
                      print(cli.output(), entry);
                    }
                  },
                  (Job now) -> now.state().isFinal(),
                  Deadline.in(null, cli.host().sleeper()));
          return ExitCode.OK;
        });
  }

  private boolean isWanted(LogEntry entry, Instant from) {
    boolean sourceFits = sources.isEmpty() || sources.contains(entry.source());
    boolean timeFits =
        from == null || entry.timestamp() == null || !entry.timestamp().isBefore(from);
    return sourceFits && timeFits;
  }

  private void print(Output output, LogEntry entry) {
    String line =
        output.isJson() ? Json.write(entry.toJson()) + "\n" : LogView.line(entry, timestamps);
    output.write(line.getBytes(StandardCharsets.UTF_8));
    output.flush();
  }

  private String text(List<LogEntry> entries) {
    StringBuilder text = new StringBuilder();
    entries.forEach(entry -> text.append(LogView.line(entry, timestamps)));
    return text.toString();
  }

  private static String json(List<LogEntry> entries) {
    ArrayNode array = Json.array();
    entries.forEach(entry -> array.add(entry.toJson()));
    return Json.write(array);
  }

  private Instant instant(CliContext cli) {
    try {
      return Instant.parse(since);
    } catch (DateTimeException noInstant) {
      try {
        Duration back = new DurationConverter().convert(since);
        return cli.host().clock().instant().minus(back);
      } catch (TypeConversionException neither) {
        throw usage("--since '" + since + "' is neither 10m or 2h nor 2026-01-31T12:00:00Z");
      }
    }
  }

  /** A number of entries, from 0. */
  static final class TailConverter implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      if (!text.matches("\\d{1,9}")) {
        throw new TypeConversionException("'" + text + "' is not a number of entries");
      }
      return Integer.valueOf(text);
    }
  }
}
