package run.mags.client;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import run.mags.api.Lenience;
import run.mags.api.MagsApiClient;
import run.mags.api.model.Job;
import run.mags.api.model.JobStatus;
import run.mags.api.model.Json;
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
    Lenience lenience = new Lenience(api, poller.sleeper(), id);
    return poller.until(
        () -> status(id, lenience),
        job -> job.state().isFinal(),
        limit,
        label + " to stop",
        Readiness::words,
        "look again: mags status " + id);
  }

  /**
   * Waits until a job is in a state.
   *
   * @throws CliException (JOB_FAILED) if it has ended in another one
   */
  Job state(String id, String label, JobStatus wanted, Duration limit) {
    Lenience lenience = new Lenience(api, poller.sleeper(), id);
    return poller.until(
        () -> notEndedBut(wanted, status(id, lenience), label),
        job -> job.state() == wanted,
        limit,
        label + " to be " + wanted.name().toLowerCase(Locale.ROOT),
        Readiness::words,
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
    Lenience lenience = new Lenience(api, poller.sleeper(), id);
    return poller.until(
        () -> look(id, reached, lenience),
        reached::by,
        limit,
        id + " to run",
        job -> words(job) + (job.state() == JobStatus.RUNNING ? " without a machine" : ""),
        "look again: mags status " + id + "; to give it up: mags stop " + id);
  }

  /** The job; nothing but its id where a failure is borne with. */
  private Job status(String id, Lenience lenience) {
    try {
      Job job = api.status(id);
      lenience.good();
      return job;
    } catch (CliException failure) {
      lenience.bear(failure);
      return Job.read(Json.object().put("request_id", id));
    }
  }

  private static String words(Job job) {
    return job.status() == null ? "its status is not known" : "its status is " + job.status();
  }

  private Job look(String id, Reached reached, Lenience lenience) {
    Job job = status(id, lenience);
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
