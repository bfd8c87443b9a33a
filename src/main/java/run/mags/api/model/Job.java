package run.mags.api.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/**
 * A job as {@code GET /mags-jobs} and {@code GET /mags-jobs/:id/status} give it. Any component may
 * be null.
 *
 * @param requestId the job's id, a lower-case UUID
 * @param name the name that the user chose
 * @param workspaceId the workspace it works in
 * @param status the API's own word; {@link #state()} gives its meaning
 * @param vmId the machine it runs on; null while none is attached
 * @param subdomain the first label of its public URL
 * @param url its public URL as the server gives it
 * @param exitCode the script's exit code, once it ended; -1 where the API gives one that is no
 *     number
 * @param scriptDurationMs how long the script ran, in ms
 * @param startedAt when it began to run
 * @param createdAt when it was submitted (assumed key)
 * @param completedAt when it ended (assumed key)
 * @param persistent whether it outlives its script (assumed key)
 * @param noSleep whether it never goes to sleep (assumed key)
 * @param startupCommand what runs each time it wakes (assumed key)
 * @param diskGb its disk size in GB (assumed key)
 * @param baseWorkspaceId the workspace mounted read-only beneath its own (assumed key)
 * @param error why it failed (assumed key)
 */
public record Job(
    String requestId,
    String name,
    String workspaceId,
    String status,
    String vmId,
    String subdomain,
    String url,
    Integer exitCode,
    Long scriptDurationMs,
    Instant startedAt,
    Instant createdAt,
    Instant completedAt,
    Boolean persistent,
    Boolean noSleep,
    String startupCommand,
    Integer diskGb,
    String baseWorkspaceId,
    String error) {

  /**
   * Reads a job; {@code id} stands for {@code request_id} in some answers. An empty name, workspace
   * or machine is none; an empty startup command or base workspace says that there is none.
   */
  public static Job read(JsonNode node) {
    Fields fields = Fields.of(node);
    return new Job(
        fields.name("request_id", "id"),
        fields.name("name"),
        fields.name("workspace_id"),
        fields.text("status"),
        fields.name("vm_id"),
        fields.name("subdomain"),
        fields.name("url"),
        exitCode(node, fields),
        fields.number("script_duration_ms"),
        fields.instant("started_at"),
        fields.instant("created_at"),
        fields.instant("completed_at"),
        fields.flag("persistent"),
        fields.flag("no_sleep"),
        fields.text("startup_command"),
        fields.integer("disk_gb"),
        fields.text("base_workspace_id"),
        fields.name("error"));
  }

  private static Integer exitCode(JsonNode node, Fields fields) {
    Integer code = fields.integer("exit_code");
    return code == null && node.hasNonNull("exit_code") ? Integer.valueOf(-1) : code;
  }

  /** What the status word means. */
  public JobStatus state() {
    return JobStatus.of(status);
  }

  /** The same job with an id, for answers that leave it out. */
  public Job withRequestId(String id) {
    return new Job(
        id,
        name,
        workspaceId,
        status,
        vmId,
        subdomain,
        url,
        exitCode,
        scriptDurationMs,
        startedAt,
        createdAt,
        completedAt,
        persistent,
        noSleep,
        startupCommand,
        diskGb,
        baseWorkspaceId,
        error);
  }

  /** The job as JSON with the API's keys; nulls are left out. */
  public ObjectNode toJson() {
    Writer json = new Writer();
    json.put("request_id", requestId);
    json.put("name", name);
    json.put("workspace_id", workspaceId);
    json.put("status", status);
    json.put("vm_id", vmId);
    json.put("subdomain", subdomain);
    json.put("url", url);
    json.put("exit_code", exitCode);
    json.put("script_duration_ms", scriptDurationMs);
    json.put("started_at", startedAt);
    json.put("created_at", createdAt);
    json.put("completed_at", completedAt);
    json.put("persistent", persistent);
    json.put("no_sleep", noSleep);
    json.put("startup_command", startupCommand);
    json.put("disk_gb", diskGb);
    json.put("base_workspace_id", baseWorkspaceId);
    json.put("error", error);
    return json.node();
  }
}
