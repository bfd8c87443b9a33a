package run.mags.api.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/**
 * One run of a {@link CronJob} that is over or under way (all keys assumed; only the local backend
 * is known to tell them). Any component may be null.
 *
 * @param at the time that the schedule named
 * @param status how it went
 * @param requestId the job that it was
 * @param exitCode the exit code of its script
 * @param reason why there was no job
 */
public record PastRun(
    Instant at, String status, String requestId, Integer exitCode, String reason) {
  /** Reads a run. */
  public static PastRun read(JsonNode node) {
    Fields fields = Fields.of(node);
    return new PastRun(
        fields.instant("at"),
        fields.text("status"),
        fields.text("request_id"),
        fields.integer("exit_code"),
        fields.text("reason"));
  }

  /** The run as JSON; nulls are left out. */
  public ObjectNode toJson() {
    Writer json = new Writer();
    json.put("at", at);
    json.put("status", status);
    json.put("request_id", requestId);
    json.put("exit_code", exitCode);
    json.put("reason", reason);
    return json.node();
  }
}
