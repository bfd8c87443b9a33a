package run.mags.api.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The answer to {@code POST /mags-jobs}.
 *
 * @param requestId the new job's id
 * @param status {@code accepted}
 * @param message a sentence for people
 */
public record Submitted(String requestId, String status, String message) {
  /** Reads an answer. */
  public static Submitted read(JsonNode node) {
    Fields fields = Fields.of(node);
    return new Submitted(
        fields.text("request_id", "id"), fields.text("status"), fields.text("message"));
  }

  /** The answer as JSON. */
  public ObjectNode toJson() {
    Writer json = new Writer();
    json.put("request_id", requestId);
    json.put("status", status);
    json.put("message", message);
    return json.node();
  }
}
