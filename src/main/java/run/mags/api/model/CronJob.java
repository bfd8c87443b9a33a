package run.mags.api.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;

/**
 * A job on a schedule, as {@code GET /mags-cron} gives it (spec: rest-api, "Files, workspaces,
 * cron, aliases"). Any component but {@code runs} may be null.
 *
 * @param id its id
 * @param name the name that the user chose
 * @param cronExpression when it runs
 * @param script what it runs
 * @param workspaceId the workspace that it works in
 * @param enabled whether it runs at all
 * @param nextRunAt when it runs next
 * @param lastRunAt when it ran last
 * @param lastRunStatus how that ended
 * @param runCount how often it has run
 * @param runs the last runs, newest first; empty where the API does not tell (key assumed)
 */
public record CronJob(
    String id,
    String name,
    String cronExpression,
    String script,
    String workspaceId,
    Boolean enabled,
    Instant nextRunAt,
    Instant lastRunAt,
    String lastRunStatus,
    Long runCount,
    List<PastRun> runs) {

  /** Copies the list. */
  public CronJob {
    runs = List.copyOf(runs);
  }

  /** Reads a cron job. */
  public static CronJob read(JsonNode node) {
    Fields fields = Fields.of(node);
    return new CronJob(
        fields.text("id", "cron_id"),
        fields.text("name"),
        fields.text("cron_expression"),
        fields.text("script"),
        fields.text("workspace_id"),
        fields.flag("enabled"),
        fields.instant("next_run_at"),
        fields.instant("last_run_at"),
        fields.text("last_run_status"),
        fields.number("run_count"),
        fields.list(PastRun::read, "runs"));
  }

  /** The cron job as JSON with the API's keys; nulls and the runs are left out. */
  public ObjectNode toJson() {
    Writer json = new Writer();
    json.put("id", id);
    json.put("name", name);
    json.put("cron_expression", cronExpression);
    json.put("script", script);
    json.put("workspace_id", workspaceId);
    json.put("enabled", enabled);
    json.put("next_run_at", nextRunAt);
    json.put("last_run_at", lastRunAt);
    json.put("last_run_status", lastRunStatus);
    json.put("run_count", runCount);
    return json.node();
  }
}
