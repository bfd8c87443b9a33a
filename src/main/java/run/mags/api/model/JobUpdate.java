package run.mags.api.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What {@code PATCH /mags-jobs/:id} takes; a null component stays as it is.
 *
 * @param startupCommand what to run each time the sandbox wakes
 * @param noSleep whether it never goes to sleep
 */
public record JobUpdate(String startupCommand, Boolean noSleep) {
  /** Keeps a sandbox awake when idle, or lets it sleep again. */
  public static JobUpdate noSleep(boolean awake) {
    return new JobUpdate(null, awake);
  }

  /** Sets what to run each time a sandbox wakes; an empty text for nothing. */
  public static JobUpdate startupCommand(String command) {
    return new JobUpdate(command, null);
  }

  /** Reads an update. */
  public static JobUpdate read(JsonNode node) {
    Fields fields = Fields.of(node);
    return new JobUpdate(fields.text("startup_command"), fields.flag("no_sleep"));
  }

  /** The update as JSON. */
  public ObjectNode toJson() {
    Writer json = new Writer();
    json.put("startup_command", startupCommand);
    json.put("no_sleep", noSleep);
    return json.node();
  }
}
