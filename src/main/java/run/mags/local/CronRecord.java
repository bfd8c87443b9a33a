package run.mags.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import run.mags.api.model.Fields;
import run.mags.api.model.Job;
import run.mags.api.model.Json;
import run.mags.schedule.Schedule;

/** One cron job: what it is to do, when next, and how it went. Guarded by {@link CronJobs}. */
final class CronRecord {
  /**
   * By how much a clock is set back when it had been wrong. What is less repeats some time, and
   * brings no run again (cron(8) draws the line there, too).
   */
  private static final Duration CORRECTION = Duration.ofHours(3);

  /** How many runs are remembered. */
  private static final int HISTORY = 20;

  /** A lower-case UUID. */
  final String id;

  /** When it was made. */
  final Instant createdAt;

  private CronSpec spec;
  private Schedule schedule;
  private Instant nextRunAt;

  /** The time of which the next run is the next. */
  private Instant plannedAt;

  private long runCount;

  /** Newest first. */
  private final List<CronRun> runs = new ArrayList<>();

  private CronRecord(String id, Instant createdAt, CronSpec spec) {
    this.id = id;
    this.createdAt = createdAt;
    this.spec = spec;
    this.schedule = spec.schedule();
  }

  /** A new one, to run for the first time after now. */
  static CronRecord create(String id, CronSpec spec, Instant now) {
    CronRecord cron = new CronRecord(id, now, spec);
    cron.planAfter(now);
    return cron;
  }

  /**
   * Reads one from the disk; null if it has no id, creation time, name or script.
   *
   * @throws ApiRefusal if its schedule is none
   */
  static CronRecord read(JsonNode node) {
    Fields fields = Fields.of(node);
    String id = fields.text("id");
    Instant createdAt = fields.instant("created_at");
    CronSpec spec = CronSpec.blank().merge(node);
    if (id == null
        || createdAt == null
        || spec.name() == null
        || spec.expression() == null
        || spec.script() == null) {
      return null;
    }
    CronRecord cron = new CronRecord(id, createdAt, spec);
    cron.planAfter(createdAt);
    Instant next = fields.instant("next_run_at");
    if (next != null && spec.enabled()) {
      cron.nextRunAt = next;
    }
    Instant planned = fields.instant("planned_at");
    if (planned != null) {
      cron.plannedAt = planned;
    }
    Long count = fields.number("run_count");
    cron.runCount = count == null ? 0 : count;
    for (JsonNode run : node.path("runs")) {
      CronRun read = CronRun.read(run);
      if (read != null) {
        cron.runs.add(read);
      }
    }
    return cron;
  }

  /** What it is to do. */
  CronSpec spec() {
    return spec;
  }

  /** When it is to run next, or null if never. */
  Instant nextRunAt() {
    return nextRunAt;
  }

  /** Takes another task over; a schedule that changed, or begins again, counts from now. */
  void update(CronSpec other, Instant now) {
    boolean goesOn =
        spec.enabled() && other.enabled() && spec.expression().equals(other.expression());
    spec = other;
    schedule = other.schedule();
    if (!goesOn) {
      planAfter(now);
    }
  }

  /** Sets the next run to the first time after this one. */
  void planAfter(Instant time) {
    plannedAt = time;
    nextRunAt = spec.enabled() ? schedule.next(time, Schedule.ZONE).orElse(null) : null;
  }

  /** Plans anew when the time of the last plan turns out to have been wrong; whether it did. */
  boolean correct(Instant now) {
    if (!plannedAt.isAfter(now.plus(CORRECTION))) {
      return false;
    }
    planAfter(now);
    return true;
  }

  /** Remembers a run. */
  void add(CronRun run) {
    if (run.jobId() != null) {
      runCount++;
    }
    runs.add(0, run);
    if (runs.size() > HISTORY) {
      runs.remove(HISTORY);
    }
  }

  /**
   * The cron job as clients see it (key {@code runs} assumed).
   *
   * @param jobs gives a job by its id, or null
   */
  ObjectNode toJson(Function<String, Job> jobs) {
    ObjectNode json = Json.object();
    json.put("id", id);
    spec.addTo(json);
    json.put("created_at", createdAt.toString());
    if (nextRunAt != null) {
      json.put("next_run_at", nextRunAt.toString());
    }
    json.put("run_count", runCount);
    ArrayNode history = Json.array();
    for (CronRun run : runs) {
      history.add(run.toJson(run.jobId() == null ? null : jobs.apply(run.jobId())));
    }
    if (!history.isEmpty()) {
      json.put("last_run_at", runs.get(0).at().toString());
      json.set("last_run_status", Objects.requireNonNull(history.get(0).get("status")));
    }
    json.set("runs", history);
    return json;
  }

  /** The record as it is written down. */
  ObjectNode toDisk() {
    ObjectNode json = toJson(unknown -> null);
    json.put("planned_at", plannedAt.toString());
    ObjectNode environment = json.putObject("environment");
    spec.environment().forEach(environment::put);
    return json;
  }
}
