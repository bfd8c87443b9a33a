package run.mags.api;

import java.util.function.Consumer;
import run.mags.api.model.Job;
import run.mags.api.model.LogEntry;
import run.mags.wait.Backoff;
import run.mags.wait.Deadline;
import run.mags.wait.Poller;

/** Follows a job's log as it grows, each entry once and in order, until the job has ended. */
public final class JobFollower {
  private final MagsApiClient api;
  private final Poller poller;

  /** A follower at the poller's pace. */
  public JobFollower(MagsApiClient api, Poller poller) {
    this.api = api;
    this.poller = poller;
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
      String id, int from, Consumer<LogEntry> sink, JobWatch.Until until, Deadline deadline) {
    Backoff pauses = poller.pauses();
    JobWatch watch = new JobWatch(api, id, from, until, poller.sleeper());
    while (true) {
      watch.look().forEach(sink);
      if (watch.hasEnded()) {
        return new Outcome(watch.job(), false);
      }
      if (deadline.passed()) {
        return new Outcome(watch.job(), true);
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
