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
 * @param partial true when no line end follows the message: the source's next entry continues the
 *     line; null counts as false (a key of the local backend)
 */
public record LogEntry(
    Instant timestamp, String level, String message, String source, Boolean partial) {
  /** The script's standard output. */
  public static final String STDOUT = "stdout";

  /** The script's standard error. */
  public static final String STDERR = "stderr";

  /** The platform's own remarks. */
  public static final String SYSTEM = "system";

  /** An entry that is a whole line. */
  public LogEntry(Instant timestamp, String level, String message, String source) {
    this(timestamp, level, message, source, null);
  }

  /** Reads an entry of either form; one of any other is its own JSON. */
  public static LogEntry read(JsonNode node) {
    if (node.isTextual()) {
      return new LogEntry(null, null, node.asText(), null);
    }
    if (node.isArray() || (node.isValueNode() && !node.isNull())) {
      return new LogEntry(null, null, Json.write(node), null);
    }
    Fields fields = Fields.of(node);
    String message = fields.text("message");
    if (message == null && !node.isEmpty()) {
      // Better seen as it is than as an empty line.
      message = Json.write(node);
    }
    return new LogEntry(
        fields.instant("timestamp"),
        fields.text("level"),
        message,
        fields.text("source"),
        fields.flag("partial"));
  }

  /** What was written: the message and its line end, where there is one. */
  public String text() {
    return (message == null ? "" : message) + (Boolean.TRUE.equals(partial) ? "" : "\n");
  }

  /** The entry as a JSON object. */
  public ObjectNode toJson() {
    Writer json = new Writer();
    json.put("timestamp", timestamp);
    json.put("level", level);
    json.put("message", message);
    json.put("source", source);
    json.put("partial", partial);
    return json.node();
  }
}
