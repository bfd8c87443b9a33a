package run.mags.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import run.mags.api.model.Job;
import run.mags.api.model.Json;

/**
 * The cron jobs of one backend.
 *
 * <p>Each knows the time of its next run, which only moves on: a clock that is set back by up to
 * three hours does not bring a run again; if by more, it was wrong before and is right now. A run
 * that is noticed more than {@link #LATEST} after its time, because the backend was down, the
 * machine slept or the clock was set forward, is left out.
 */
final class CronJobs {
  /** How late a run may begin. */
  static final Duration LATEST = Duration.ofMinutes(1);

  private final CronStore store;
  private final Jobs jobs;
  private final Clock clock;

  /** Oldest first. */
  private final List<CronRecord> inOrder = new ArrayList<>();

  private Runnable changed = () -> {};

  private CronJobs(CronStore store, Jobs jobs, Clock clock) {
    this.store = store;
    this.jobs = jobs;
    this.clock = clock;
  }

  /** Opens those that are kept. */
  static CronJobs open(CronStore store, Jobs jobs, Clock clock) throws IOException {
    CronJobs crons = new CronJobs(store, jobs, clock);
    crons.inOrder.addAll(store.load());
    crons.inOrder.sort(Comparator.comparing(cron -> cron.createdAt));
    return crons;
  }

  /** What to do when the next run may have become another. */
  synchronized void onChange(Runnable action) {
    changed = action;
  }

  /**
   * Makes one.
   *
   * @throws ApiRefusal if something is wrong with it or its name is taken
   */
  synchronized ObjectNode create(JsonNode body) {
    CronSpec spec = CronSpec.blank().with(body);
    refuseTaken(spec.name(), null);
    CronRecord cron =
        CronRecord.create(
            UUID.randomUUID().toString(), spec, clock.instant().truncatedTo(ChronoUnit.MICROS));
    keep(cron);
    inOrder.add(cron);
    changed.run();
    return view(cron);
  }

  /** All of them, newest first as jobs are. */
  synchronized ArrayNode list() {
    ArrayNode list = Json.array();
    for (int i = inOrder.size() - 1; i >= 0; i--) {
      list.add(view(inOrder.get(i)));
    }
    return list;
  }

  /**
   * Changes one.
   *
   * @throws ApiRefusal if there is none, or what it would become is wrong
   */
  synchronized ObjectNode update(String id, JsonNode body) {
    CronRecord cron = find(id);
    CronSpec spec = cron.spec().with(body);
    refuseTaken(spec.name(), cron);
    cron.update(spec, clock.instant());
    keep(cron);
    changed.run();
    return view(cron);
  }

  /**
   * Removes one; a job that it submitted goes on.
   *
   * @throws ApiRefusal if there is none
   */
  synchronized void remove(String id) {
    CronRecord cron = find(id);
    try {
      store.remove(cron);
    } catch (IOException e) {
      throw new ApiRefusal(500, "the cron job cannot be removed: " + StateDirectory.reason(e));
    }
    inOrder.remove(cron);
  }

  /** When the next run is due; empty if none ever is. */
  synchronized Optional<Instant> nextRunAt() {
    return inOrder.stream()
        .map(CronRecord::nextRunAt)
        .filter(Objects::nonNull)
        .min(Comparator.naturalOrder());
  }

  /** Runs what is due now. */
  synchronized void runDue() {
    Instant now = clock.instant();
    for (CronRecord cron : inOrder) {
      if (cron.correct(now)) {
        save(cron);
      }
      Instant due = cron.nextRunAt();
      if (due == null || due.isAfter(now)) {
        continue;
      }
      // Written before the job is submitted: after a crash in between it must not run twice.
      cron.planAfter(now);
      save(cron);
      if (!due.plus(LATEST).isBefore(now)) {
        cron.add(run(cron, due));
        save(cron);
      }
    }
  }

  private CronRun run(CronRecord cron, Instant due) {
    try {
      return new CronRun(due, jobs.submit(cron.spec().request()).id(), null, false);
    } catch (ApiRefusal refusal) {
      return new CronRun(due, null, refusal.getMessage(), refusal.status() == 409);
    }
  }

  private CronRecord find(String id) {
    return inOrder.stream()
        .filter(cron -> cron.id.equals(id))
        .findFirst()
        .orElseThrow(() -> new ApiRefusal(404, "cron job not found: " + id));
  }

  private void refuseTaken(String name, CronRecord except) {
    for (CronRecord other : inOrder) {
      if (other != except && other.spec().name().equals(name)) {
        throw new ApiRefusal(409, "cron job '%s' already exists".formatted(name));
      }
    }
  }

  private ObjectNode view(CronRecord cron) {
    return cron.toJson(this::job);
  }

  private Job job(String id) {
    try {
      return jobs.find(id).view();
    } catch (ApiRefusal gone) {
      return null;
    }
  }

  private void keep(CronRecord cron) {
    try {
      store.save(cron);
    } catch (IOException e) {
      throw new ApiRefusal(500, "the cron job cannot be stored: " + StateDirectory.reason(e));
    }
  }

  private void save(CronRecord cron) {
    try {
      store.save(cron);
    } catch (IOException e) {
      store
          .warnings()
          .accept("the cron job " + cron.id + " cannot be written: " + StateDirectory.reason(e));
    }
  }
}
