package run.mags.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import run.mags.api.JobFollower;
import run.mags.api.model.Job;
import run.mags.api.model.JobStatus;
import run.mags.api.model.Json;
import run.mags.api.model.LogEntry;
import run.mags.command.option.RunOptions;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.error.ExitCode;
import run.mags.terminal.Output;
import run.mags.terminal.OutputException;
import run.mags.view.LogView;
import run.mags.wait.Deadline;
import run.mags.wait.WaitTimeoutException;

/**
 * A submitted job that is followed to its end. What the script wrote to stdout and stderr goes to
 * ours; entries that do not tell their source count as stdout, the platform's own remarks are left
 * out. With JSON asked for, both are gathered into the one document at the end.
 */
final class JobRun {
  private final CliContext cli;
  private final String id;
  private final RunOptions options;
  private final StringBuilder stdout = new StringBuilder();
  private final StringBuilder stderr = new StringBuilder();
  private String lastRemark;

  JobRun(CliContext cli, String id, RunOptions options) {
    this.cli = cli;
    this.id = id;
    this.options = options;
  }

  /** Follows the job and answers its exit code. */
  int toTheEnd() {
    Duration limit = options.timeout();
    JobFollower.Outcome outcome =
        Interrupts.during(
            cli, () -> interrupted(cli, id, options.stopOnInterrupt()), () -> follow(limit));
    if (outcome.timedOut()) {
      cli.api().stop(id);
      throw new WaitTimeoutException(
          "the job to end", limit, "it was stopped", "see what it wrote: mags logs " + id);
    }
    return finish(outcome.job());
  }

  private JobFollower.Outcome follow(Duration limit) {
    try {
      return new JobFollower(cli.api(), cli.poller())
          .follow(
              id,
              0,
              this::take,
              job -> job.state().isFinal(),
              Deadline.in(limit, cli.host().sleeper()));
    } catch (OutputException unwritable) {
      if (unwritable.readerGone()) {
        // A local command would have been ended by this, too; nobody would ever see its output.
        cli.api().stop(id);
      }
      throw unwritable;
    }
  }

  private void take(LogEntry entry) {
    boolean remark = LogEntry.SYSTEM.equals(entry.source());
    boolean toStderr = LogEntry.STDERR.equals(entry.source());
    if (remark) {
      lastRemark = entry.message();
      cli.debug().accept("platform: " + lastRemark);
      return;
    }
    String line = LogView.line(entry, false);
    Output output = cli.output();
    if (output.isJson()) {
      (toStderr ? stderr : stdout).append(line);
    } else if (toStderr) {
      output.errorBytes(line.getBytes(StandardCharsets.UTF_8));
    } else {
      output.write(line.getBytes(StandardCharsets.UTF_8));
      output.flush();
    }
  }

  private int finish(Job job) {
    if (job.state() == JobStatus.STOPPED) {
      throw new CliException(
          ErrorKind.JOB_FAILED,
          "the job was stopped before its script ended",
          "see what it wrote: mags logs " + id);
    }
    if (cli.output().isJson()) {
      ObjectNode json = job.toJson();
      json.put("stdout", stdout.toString()).put("stderr", stderr.toString());
      cli.output().show(() -> Json.write(json), () -> "");
    }
    if (job.exitCode() != null) {
      return job.exitCode() & 0xff;
    }
    if (job.state() == JobStatus.ERROR) {
      String reason = job.error() != null ? job.error() : lastRemark;
      cli.output().error("mags: the job failed" + (reason == null ? "" : ": " + reason));
      return ExitCode.FAILED;
    }
    return ExitCode.OK;
  }

  /** What to tell someone who interrupted; stops the job first when that is wanted. */
  static String interrupted(CliContext cli, String id, boolean stop) {
    if (!stop) {
      return "the job goes on; to stop it: mags stop " + id;
    }
    cli.renewApi().stop(id);
    return "the job " + id + " was stopped";
  }
}
