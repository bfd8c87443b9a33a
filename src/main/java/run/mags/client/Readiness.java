package run.mags.client;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import run.mags.api.MagsApiClient;
import run.mags.api.model.Job;
import run.mags.api.model.JobStatus;
import run.mags.api.model.LogEntry;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.wait.Poller;

/** Waits until a sandbox can be used. */
final class Readiness {
  private final MagsApiClient api;
  private final Poller poller;

  Readiness(MagsApiClient api, Poller poller) {
    this.api = api;
    this.poller = poller;
  }

  /**
   * Waits until a job runs and a machine is attached to it: {@code running} alone does not mean
   * that there is one (spec: rest-api, "Jobs").
   */
  Job machine(String id, Duration limit) {
    return await(id, limit, job -> job.state() == JobStatus.RUNNING && job.vmId() != null);
  }

  /** Waits until a job runs, or has already ended well. */
  Job running(String id, Duration limit) {
    return await(
        id, limit, job -> job.state() == JobStatus.RUNNING || job.state() == JobStatus.COMPLETED);
  }

  /** Waits until a job has ended, however it did. */
  Job end(String id, String label, Duration limit) {
    return poller.until(
        () -> api.status(id),
        job -> job.state().isFinal(),
        limit,
        label + " to stop",
        job -> "its status is " + job.status(),
        "look again: mags status " + id);
  }

  /**
   * Waits until a job is in a state.
   *
   * @throws CliException (JOB_FAILED) if it has ended in another one
   */
  Job state(String id, String label, JobStatus wanted, Duration limit) {
    return poller.until(
        () -> notEndedBut(wanted, api.status(id), label),
        job -> job.state() == wanted,
        limit,
        label + " to be " + wanted.name().toLowerCase(Locale.ROOT),
        job -> "its status is " + job.status(),
        "look again: mags status " + id);
  }

  private static Job notEndedBut(JobStatus wanted, Job job, String label) {
    if (job.state().isFinal() && job.state() != wanted) {
      throw new CliException(
          ErrorKind.JOB_FAILED,
          label
              + " has ended before it was "
              + wanted.name().toLowerCase(Locale.ROOT)
              + ": its status is "
              + job.status(),
          "see what it wrote: mags logs " + job.requestId());
    }
    return job;
  }

  private interface Reached {
    boolean by(Job job);
  }

  private Job await(String id, Duration limit, Reached reached) {
    return poller.until(
        () -> look(id, reached),
        reached::by,
        limit,
        id + " to run",
        job -> {
          boolean phantom = job.state() == JobStatus.RUNNING;
          return "its status is " + job.status() + (phantom ? " without a machine" : "");
        },
        "look again: mags status " + id + "; to give it up: mags stop " + id);
  }

  private Job look(String id, Reached reached) {
    Job job = api.status(id);
    if (job.state().isFinal() && !reached.by(job)) {
      throw new CliException(
          ErrorKind.JOB_FAILED,
          "the job ended before it could be used: its status is " + job.status() + reason(job),
          "see what it wrote: mags logs " + id);
    }
    return job;
  }

  /** Why it failed: its own word for it, or the last line of its log. */
  private String reason(Job job) {
    if (job.error() != null) {
      return ": " + job.error();
    }
    List<LogEntry> log = api.logs(job.requestId());
    String last = log.isEmpty() ? null : log.get(log.size() - 1).message();
    return last == null || last.isBlank() ? "" : ": " + last.strip();
  }
}
