package run.mags.api;

import java.util.List;
import java.util.function.Consumer;
import run.mags.api.model.Job;
import run.mags.api.model.Json;
import run.mags.api.model.LogEntry;
import run.mags.error.CliException;
import run.mags.wait.Backoff;
import run.mags.wait.Deadline;
import run.mags.wait.Poller;

/**
 * Follows a job's log as it grows, each entry once and in order, until the job has ended. The API
 * gives the whole log each time and it only grows (spec: rest-api), so a count is enough to know
 * what is new. The status is asked for before the log: when it was final, that log is complete.
 * Failures that may pass are borne with for half a minute ({@link Lenience}).
 */
public final class JobFollower {
  private final MagsApiClient api;
  private final Poller poller;

  /** A follower at the poller's pace. */
  public JobFollower(MagsApiClient api, Poller poller) {
    this.api = api;
    this.poller = poller;
  }

  /** When following ends. */
  public interface Until {
    /** Whether a job in this state is followed no longer. */
    boolean reached(Job job);
  }

  /**
   * Follows the log from entry {@code from} on.
   *
   * @param id the job
   * @param from how many entries are to be passed over
   * @param sink takes each new entry
   * @param until when to end
   * @param deadline when to give up
   * @return the job as it was seen last, and whether the deadline passed first
   */
  public Outcome follow(
      String id, int from, Consumer<LogEntry> sink, Until until, Deadline deadline) {
    Backoff pauses = poller.pauses();
    Lenience lenience = new Lenience(api, poller.sleeper(), id);
    Job job = Job.read(Json.object().put("request_id", id));
    int seen = from;
    while (true) {
      List<LogEntry> log = List.of();
      boolean ended = false;
      try {
        job = api.status(id);
        log = api.logs(id);
        ended = until.reached(job);
        lenience.good();
      } catch (CliException failure) {
        lenience.bear(failure);
      }
      if (log.size() > seen) {
        log.subList(seen, log.size()).forEach(sink);
        seen = log.size();
      }
      if (ended) {
        return new Outcome(job, false);
      }
      if (deadline.passed()) {
        return new Outcome(job, true);
      }
      poller.pause(deadline.cap(pauses.next()));
    }
  }

  /**
   * How following ended.
   *
   * @param job the job as it was seen last; nothing but its id if it never was
   * @param timedOut whether the deadline passed before the end was reached
   */
  public record Outcome(Job job, boolean timedOut) {}
}
