package run.mags.client;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import run.mags.api.Lenience;
import run.mags.api.MagsApiClient;
import run.mags.api.model.Job;
import run.mags.api.model.JobStatus;
import run.mags.api.model.Json;
import run.mags.api.model.LogEntry;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.error.ShellWord;
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
   * that there is one. One that sleeps is woken, which looking alone never does (spec: rest-api,
   * "Jobs").
   */
  Job machine(String id, Duration limit) {
    return await(id, limit, Readiness::hasMachine, this::wake);
  }

  /** Waits until a job runs, or has run: it has ended well, or sleeps already. */
  Job running(String id, Duration limit) {
    return await(id, limit, Readiness::hasRun, job -> {});
  }

  private static boolean hasMachine(Job job) {
    return job.state() == JobStatus.RUNNING && job.vmId() != null;
  }

  private static boolean hasRun(Job job) {
    return switch (job.state()) {
      case RUNNING, SLEEPING, COMPLETED -> true;
      default -> false;
    };
  }

  /**
   * Access is what wakes it; one that is refused at first is asked for again with the next look.
   */
  private void wake(Job job) {
    if (job.state() != JobStatus.SLEEPING) {
      return;
    }
    try {
      api.access(job.requestId(), SandboxReach.SSH_PORT);
    } catch (CliException failure) {
      if (!SandboxReach.mayPass(failure)) {
        throw failure;
      }
    }
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
   * Waits until a job is in a state, and for {@code running} has a machine. Nothing is done for it:
   * one that sleeps goes on sleeping until somebody wakes it.
   *
   * @throws CliException (JOB_FAILED) if it has ended in another one
   */
  Job state(String id, String label, JobStatus wanted, Duration limit) {
    Lenience lenience = new Lenience(api, poller.sleeper(), id);
    return poller.until(
        () -> notEndedBut(wanted, status(id, lenience), label),
        job -> wanted == JobStatus.RUNNING ? hasMachine(job) : job.state() == wanted,
        limit,
        label + " to be " + wanted.name().toLowerCase(Locale.ROOT),
        Readiness::machineWords,
        (wanted == JobStatus.RUNNING
                ? "waiting wakes nobody; to wake it: mags exec " + ShellWord.of(label) + " true; "
                : "")
            + "look again: mags status "
            + id);
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

  private Job await(String id, Duration limit, Reached reached, Consumer<Job> seen) {
    Lenience lenience = new Lenience(api, poller.sleeper(), id);
    return poller.until(
        () -> {
          Job job = look(id, reached, lenience);
          seen.accept(job);
          return job;
        },
        reached::by,
        limit,
        id + " to run",
        Readiness::machineWords,
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

  private static String machineWords(Job job) {
    boolean without = job.state() == JobStatus.RUNNING && job.vmId() == null;
    return words(job) + (without ? " without a machine" : "");
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
