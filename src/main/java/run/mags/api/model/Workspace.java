package run.mags.api.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/**
 * A workspace as {@code GET /mags-workspaces} gives it; any component but the id may be null.
 *
 * @param workspaceId its id, which is the name that users gave it
 * @param jobCount how many jobs have used it (assumed key)
 * @param lastActive when it was used last (assumed key)
 * @param sizeBytes what is stored, in bytes (assumed key)
 * @param inUse whether a job that has not ended works in it or stands on it (assumed key)
 */
public record Workspace(
    String workspaceId, Long jobCount, Instant lastActive, Long sizeBytes, Boolean inUse) {
  /** Reads a workspace; {@code id} stands for {@code workspace_id} in some answers. */
  public static Workspace read(JsonNode node) {
    Fields fields = Fields.of(node);
    return new Workspace(
        fields.text("workspace_id", "id"),
        fields.number("job_count"),
        fields.instant("last_active"),
        fields.number("size_bytes"),
        fields.flag("in_use"));
  }

  /** The workspace as JSON with the API's keys; nulls are left out. */
  public ObjectNode toJson() {
    Writer json = new Writer();
    json.put("workspace_id", workspaceId);
    json.put("job_count", jobCount);
    json.put("last_active", lastActive);
    json.put("size_bytes", sizeBytes);
    json.put("in_use", inUse);
    return json.node();
  }
}
