package run.mags.local;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * How long the records of jobs that have ended are kept, so that a directory does not grow for
 * ever.
 */
final class JobRetention {
  /** As far back as usage looks when nobody says how far. */
  static final Duration LONGEST = Duration.ofDays(30);

  /** More than a person looks through, and few enough to be read at every start. */
  static final int MOST = 1000;

  private JobRetention() {}

  /** Those to be forgotten: ended longer ago than 30 days, or older than the newest 1000 ended. */
  static List<LocalJob> due(List<LocalJob> oldestFirst, Instant now) {
    Instant oldest = now.minus(LONGEST);
    List<LocalJob> due = new ArrayList<>();
    int kept = 0;
    for (int i = oldestFirst.size() - 1; i >= 0; i--) {
      LocalJob job = oldestFirst.get(i);
      if (job.hasEnded()) {
        Instant ended = job.endedAt();
        if (kept == MOST || (ended != null && ended.isBefore(oldest))) {
          due.add(job);
        } else {
          kept++;
        }
      }
    }
    return due;
  }
}
