package run.mags.api.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A subdomain of the user's choice that leads to a workspace's sandbox; any component may be null.
 *
 * @param subdomain the first label of the URL
 * @param workspaceId where it leads
 * @param domain the rest of the host
 * @param url the whole URL as the server gives it
 */
public record UrlAlias(String subdomain, String workspaceId, String domain, String url) {
  /** Reads an alias. */
  public static UrlAlias read(JsonNode node) {
    Fields fields = Fields.of(node);
    return new UrlAlias(
        fields.text("subdomain"),
        fields.text("workspace_id"),
        fields.text("domain"),
        fields.text("url"));
  }

  /** The alias as JSON with the API's keys; nulls are left out. */
  public ObjectNode toJson() {
    Writer json = new Writer();
    json.put("subdomain", subdomain);
    json.put("workspace_id", workspaceId);
    json.put("domain", domain);
    json.put("url", url);
    return json.node();
  }
}
