package run.mags.client;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;
import run.mags.api.Lenience;
import run.mags.api.MagsApiClient;
import run.mags.api.model.Job;
import run.mags.api.model.LogEntry;
import run.mags.error.CliException;
import run.mags.wait.Backoff;
import run.mags.wait.Poller;

/** A job's log as it grows, fetched as it is read; ends with the job. */
final class LogSpliterator extends Spliterators.AbstractSpliterator<LogEntry> {
  private final MagsApiClient api;
  private final Poller poller;
  private final String id;
  private final Lenience lenience;
  private final Deque<LogEntry> ready = new ArrayDeque<>();
  private Backoff pauses;
  private int seen;
  private boolean ended;

  LogSpliterator(MagsApiClient api, Poller poller, String id) {
    super(Long.MAX_VALUE, Spliterator.ORDERED | Spliterator.NONNULL);
    this.api = api;
    this.poller = poller;
    this.id = id;
    this.lenience = new Lenience(api, poller.sleeper(), id);
  }

  @Override
  public boolean tryAdvance(Consumer<? super LogEntry> action) {
    while (ready.isEmpty() && !ended) {
      fetch();
    }
    LogEntry next = ready.poll();
    if (next != null) {
      action.accept(next);
    }
    return next != null;
  }

  private void fetch() {
    if (pauses == null) {
      pauses = poller.pauses();
    } else {
      poller.pause(pauses.next());
    }
    // The status first: when it is final, the log that is read after it is complete.
    Job job;
    List<LogEntry> log;
    try {
      job = api.status(id);
      log = api.logs(id);
      lenience.good();
    } catch (CliException failure) {
      lenience.bear(failure);
      return;
    }
    if (log.size() > seen) {
      ready.addAll(log.subList(seen, log.size()));
      seen = log.size();
      pauses = null;
    }
    ended = job.state().isFinal();
  }
}
