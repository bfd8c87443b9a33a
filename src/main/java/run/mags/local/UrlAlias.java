package run.mags.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import run.mags.api.model.Fields;
import run.mags.api.model.Json;

/**
 * A name of the user's own for whichever job works in a workspace.
 *
 * @param subdomain the name, a DNS label in lower case
 * @param workspaceId the workspace, or the name of a job
 * @param domain the domain that was asked for, or null; only told again
 * @param createdAt when it was made
 */
record UrlAlias(String subdomain, String workspaceId, String domain, Instant createdAt) {
  /** Reads one; null if something is missing. */
  static UrlAlias read(JsonNode node) {
    Fields fields = Fields.of(node);
    UrlAlias alias =
        new UrlAlias(
            fields.text("subdomain"),
            fields.text("workspace_id"),
            fields.text("domain"),
            fields.instant("created_at"));
    boolean whole =
        alias.subdomain() != null && alias.workspaceId() != null && alias.createdAt() != null;
    return whole ? alias : null;
  }

  /** It as JSON. */
  ObjectNode toJson() {
    ObjectNode json = Json.object();
    json.put("subdomain", subdomain);
    json.put("workspace_id", workspaceId);
    if (domain != null) {
      json.put("domain", domain);
    }
    json.put("created_at", createdAt.toString());
    return json;
  }
}
