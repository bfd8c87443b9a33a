package run.mags.api;

import java.util.List;
import run.mags.api.model.Job;
import run.mags.api.model.Json;
import run.mags.api.model.LogEntry;
import run.mags.error.CliException;
import run.mags.wait.Sleeper;

/**
 * Looks at a job and its log, again and again, and answers each entry once and in order. The API
 * gives the whole log each time and it only grows (spec: rest-api), so a count is enough to know
 * what is new. The status is asked for before the log: when it was final, that log is complete.
 *
 * <p>Each look asks for the status, so that an end is seen soon. The log is asked for as often as
 * {@link RequestQuota} allows, at least by each second look, and always at the end.
 *
 * <p>Failures that may pass are borne with for half a minute ({@link Lenience}). Not thread-safe.
 */
public final class JobWatch {
  private final MagsApiClient api;
  private final String id;
  private final Until until;
  private final Lenience lenience;
  private final RequestQuota quota;
  private Job job;
  private int seen;
  private boolean readLast;
  private boolean ended;

  /**
   * Nothing is asked yet.
   *
   * @param id the job
   * @param from how many entries of its log are to be passed over
   * @param until when there is no need to look any more
   * @param sleeper the time that the looks are counted by
   */
  public JobWatch(MagsApiClient api, String id, int from, Until until, Sleeper sleeper) {
    this.api = api;
    this.id = id;
    this.seen = from;
    this.until = until;
    this.lenience = new Lenience(api, sleeper, id);
    this.quota = new RequestQuota(sleeper);
    this.job = Job.read(Json.object().put("request_id", id));
  }

  /** When a job is watched no longer. */
  public interface Until {
    /** Whether a job in this state is watched no longer. */
    boolean reached(Job job);
  }

  /**
   * Looks once.
   *
   * @return what is new in the log, maybe nothing
   * @throws CliException if it fails and will not pass, or has failed for too long
   */
  public List<LogEntry> look() {
    List<LogEntry> log;
    try {
      boolean wanted = !readLast || quota.hasTwo();
      quota.take();
      job = api.status(id);
      boolean over = until.reached(job);
      readLast = wanted || over;
      log = readLast ? log() : List.of();
      ended = over;
      lenience.good();
    } catch (CliException failure) {
      lenience.bear(failure);
      return List.of();
    }
    if (log.size() <= seen) {
      return List.of();
    }
    List<LogEntry> fresh = log.subList(seen, log.size());
    seen = log.size();
    return fresh;
  }

  private List<LogEntry> log() {
    quota.take();
    return api.logs(id);
  }

  /** The job as it was seen last; nothing but its id if it never was. */
  public Job job() {
    return job;
  }

  /** Whether the last look has seen the end and the whole log up to it. */
  public boolean hasEnded() {
    return ended;
  }
}
