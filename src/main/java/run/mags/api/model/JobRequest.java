package run.mags.api.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@code POST /mags-jobs} takes. {@code script} and {@code type} are required by the API; any
 * other component may be null, lists and maps empty.
 *
 * @param script the shell script to run
 * @param type always {@code inline}
 * @param name a name of the user's choice
 * @param workspaceId the workspace to mount read-write
 * @param baseWorkspaceId the workspace to mount read-only beneath it
 * @param persistent whether the sandbox outlives its script
 * @param noSleep whether it never goes to sleep
 * @param startupCommand what to run each time it wakes
 * @param environment variables for the script
 * @param fileIds files uploaded before, to appear in {@code /root}
 * @param diskGb disk size in GB, a whole number above 0
 */
public record JobRequest(
    String script,
    String type,
    String name,
    String workspaceId,
    String baseWorkspaceId,
    Boolean persistent,
    Boolean noSleep,
    String startupCommand,
    Map<String, String> environment,
    List<String> fileIds,
    Integer diskGb) {

  /** The only type of job that there is. */
  public static final String INLINE = "inline";

  /** Copies the collections; the environment keeps its order. */
  public JobRequest {
    environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
    fileIds = List.copyOf(fileIds);
  }

  /** Reads a request. */
  public static JobRequest read(JsonNode node) {
    Fields fields = Fields.of(node);
    return new JobRequest(
        fields.text("script"),
        fields.text("type"),
        fields.text("name"),
        fields.text("workspace_id"),
        fields.text("base_workspace_id"),
        fields.flag("persistent"),
        fields.flag("no_sleep"),
        fields.text("startup_command"),
        fields.texts("environment"),
        fields.list(JsonNode::asText, "file_ids"),
        fields.integer("disk_gb"));
  }

  /** The same without files to send along. */
  public JobRequest withoutFiles() {
    return new JobRequest(
        script,
        type,
        name,
        workspaceId,
        baseWorkspaceId,
        persistent,
        noSleep,
        startupCommand,
        environment,
        List.of(),
        diskGb);
  }

  /** The request as JSON; nulls and empty collections are left out. */
  public ObjectNode toJson() {
    Writer json = new Writer();
    json.put("script", script);
    json.put("type", type);
    json.put("persistent", persistent);
    json.put("no_sleep", noSleep);
    json.put("name", name);
    json.put("workspace_id", workspaceId);
    json.put("base_workspace_id", baseWorkspaceId);
    json.put("startup_command", startupCommand);
    json.put("environment", environment);
    json.put("file_ids", fileIds);
    json.put("disk_gb", diskGb);
    return json.node();
  }
}
