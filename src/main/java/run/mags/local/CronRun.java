package run.mags.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import run.mags.api.model.Fields;
import run.mags.api.model.Job;
import run.mags.api.model.JobStatus;
import run.mags.api.model.Json;

/**
 * One time at which a cron job was to run.
 *
 * @param at the time that its schedule names
 * @param jobId the job that was submitted, or null if there was none
 * @param reason why there was none, or null
 * @param skipped whether that was because what the job needs was in use
 */
record CronRun(Instant at, String jobId, String reason, boolean skipped) {
  private static final String SKIPPED = "skipped";

  /** Reads a run; null if it has no time. */
  static CronRun read(JsonNode node) {
    Fields fields = Fields.of(node);
    Instant at = fields.instant("at");
    return at == null
        ? null
        : new CronRun(
            at,
            fields.text("request_id"),
            fields.text("reason"),
            SKIPPED.equals(fields.text("status")));
  }

  /**
   * The word for how it went: {@code skipped}; {@code error} if it could not be submitted; {@code
   * completed} or {@code failed} once its script exited with 0 or something else; else the status
   * of its job, {@code unknown} if that has no record any more (words assumed).
   *
   * @param job the job, or null
   */
  String status(Job job) {
    if (jobId == null) {
      return skipped ? SKIPPED : "error";
    }
    if (job == null) {
      return "unknown";
    }
    boolean scriptCounts = job.state() == JobStatus.COMPLETED || !job.state().isFinal();
    if (scriptCounts && job.exitCode() != null) {
      return job.exitCode() == 0 ? "completed" : "failed";
    }
    return job.status();
  }

  /** The run as JSON, for clients and for the disk. */
  ObjectNode toJson(Job job) {
    ObjectNode json = Json.object();
    json.put("at", at.toString());
    json.put("status", status(job));
    if (jobId != null) {
      json.put("request_id", jobId);
    }
    if (job != null && job.exitCode() != null) {
      json.put("exit_code", job.exitCode());
    }
    if (reason != null) {
      json.put("reason", reason);
    }
    return json;
  }
}
