package run.mags.api.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/**
 * One entry of {@code GET /mags-jobs/:id/logs}, which comes as an object or as a plain string.
 *
 * @param timestamp when it was written, or null
 * @param level its level, or null
 * @param message the line without its line end, or null
 * @param source who wrote it, or null (assumed key and words: {@code stdout}, {@code stderr} for
 *     the script, {@code system} for the platform)
 */
public record LogEntry(Instant timestamp, String level, String message, String source) {
  /** The script's standard output. */
  public static final String STDOUT = "stdout";

  /** The script's standard error. */
  public static final String STDERR = "stderr";

  /** The platform's own remarks. */
  public static final String SYSTEM = "system";

  /** Reads an entry of either form. */
  public static LogEntry read(JsonNode node) {
    if (node.isTextual()) {
      return new LogEntry(null, null, node.asText(), null);
    }
    Fields fields = Fields.of(node);
    return new LogEntry(
        fields.instant("timestamp"),
        fields.text("level"),
        fields.text("message"),
        fields.text("source"));
  }

  /** The entry as a JSON object. */
  public ObjectNode toJson() {
    Writer json = new Writer();
    json.put("timestamp", timestamp);
    json.put("level", level);
    json.put("message", message);
    json.put("source", source);
    return json.node();
  }
}
