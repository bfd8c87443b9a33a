package run.mags.client;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;
import run.mags.api.JobWatch;
import run.mags.api.MagsApiClient;
import run.mags.api.model.LogEntry;
import run.mags.wait.Backoff;
import run.mags.wait.Poller;

/** A job's log as it grows, fetched as it is read; ends with the job. */
final class LogSpliterator extends Spliterators.AbstractSpliterator<LogEntry> {
  private final Poller poller;
  private final JobWatch watch;
  private final Deque<LogEntry> ready = new ArrayDeque<>();
  private Backoff pauses;

  LogSpliterator(MagsApiClient api, Poller poller, String id) {
    super(Long.MAX_VALUE, Spliterator.ORDERED | Spliterator.NONNULL);
    this.poller = poller;
    this.watch = new JobWatch(api, id, 0, job -> job.state().isFinal(), poller.sleeper());
  }

  @Override
  public boolean tryAdvance(Consumer<? super LogEntry> action) {
    while (ready.isEmpty() && !watch.hasEnded()) {
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
    ready.addAll(watch.look());
  }
}
