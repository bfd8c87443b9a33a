package run.mags.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import run.mags.api.model.Job;
import run.mags.api.model.JobStatus;
import run.mags.api.model.Json;
import run.mags.api.model.LogEntry;
import run.mags.client.Cleanup;
import run.mags.client.MagsClient;
import run.mags.client.RunResult;
import run.mags.command.option.RunOptions;
import run.mags.error.CliException;
import run.mags.terminal.Output;
import run.mags.terminal.OutputException;
import run.mags.terminal.Printable;
import run.mags.view.LogView;
import run.mags.wait.InterruptedWaitException;

/**
 * A submitted job that is followed to its end. What the script wrote to stdout and stderr goes to
 * ours; entries that do not tell their source count as stdout, the platform's own remarks are left
 * out. With JSON asked for, both are gathered into the one document at the end.
 */
final class JobRun {
  private final CliContext cli;
  private final String id;
  private final RunOptions options;
  private final Cleanup cleanup;
  private final StringBuilder stdout = new StringBuilder();
  private final StringBuilder stderr = new StringBuilder();
  private String lastRemark;

  /**
   * A job that runs.
   *
   * @param cleanup removes what it made once it has ended; null leaves it
   */
  JobRun(CliContext cli, String id, RunOptions options, Cleanup cleanup) {
    this.cli = cli;
    this.id = id;
    this.options = options;
    this.cleanup = cleanup;
  }

  /** Follows the job and answers its exit code. */
  int toTheEnd() {
    Job job;
    try {
      job = Interrupts.during(cli, this::interrupted, this::follow);
    } catch (InterruptedWaitException interrupted) {
      throw interrupted;
    } catch (RuntimeException failure) {
      cleanUp(cli.mags());
      throw failure;
    }
    cleanUp(cli.mags());
    return finish(job);
  }

  private Job follow() {
    try {
      return cli.mags().follow(id, this::take, options.timeout());
    } catch (OutputException unwritable) {
      if (unwritable.readerGone()) {
        // A local command would have been ended by this, too; nobody would ever see its output.
        stopUnread();
      }
      throw unwritable;
    }
  }

  /** The job may have ended by itself meanwhile; and nobody is there to be told of a failure. */
  private void stopUnread() {
    try {
      cli.api().stop(id);
    } catch (CliException failure) {
      cli.debug().accept("nobody reads the output: " + failure.getMessage());
    }
  }

  /** What to tell someone who interrupted, once what is wanted then is done. */
  String interrupted() {
    if (cleanup == null) {
      return interrupted(cli, id, options.stopOnInterrupt());
    }
    cleanUp(cli.renewed());
    return "the job " + id + " was stopped and what it made removed";
  }

  /** What cannot be removed is no failure of the script. */
  private void cleanUp(MagsClient mags) {
    if (cleanup == null) {
      return;
    }
    try {
      cleanup.after(mags, id);
    } catch (CliException failure) {
      cli.output().warn("not all was removed: " + failure.getMessage());
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
    String reason = failure(job);
    if (cli.output().isJson()) {
      ObjectNode json = job.toJson();
      if (reason != null) {
        json.put("error", reason);
      }
      json.put("stdout", stdout.toString()).put("stderr", stderr.toString());
      cli.output().show(() -> Json.write(json), () -> "");
    }
    if (reason != null && !cli.output().isJson()) {
      cli.output().error("mags: " + Printable.line(reason));
    }
    return RunResult.exitCode(job);
  }

  /** Why we end with a code that is not the script's own; null when it is. */
  private String failure(Job job) {
    if (RunResult.hasOddCode(job)) {
      return "the service gives an exit code that is none";
    }
    boolean told = job.exitCode() != null && job.exitCode() != 0;
    if (job.state() != JobStatus.ERROR || (told && job.error() == null)) {
      return null;
    }
    String why = job.error() != null ? job.error() : lastRemark;
    return "the job failed" + (why == null ? "" : ": " + why);
  }

  /** What to tell someone who interrupted; stops the job first when that is wanted. */
  static String interrupted(CliContext cli, String id, boolean stop) {
    if (!stop) {
      return "the job goes on; to stop it: mags stop " + id;
    }
    cli.renewed().api().stop(id);
    return "the job " + id + " was stopped";
  }
}
