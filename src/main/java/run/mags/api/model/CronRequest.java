package run.mags.api.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What {@code POST /mags-cron} takes; the first three are required.
 *
 * @param name a name of the user's choice
 * @param cronExpression when to run, five fields, in UTC (assumed)
 * @param script the shell script to run
 * @param workspaceId the workspace to work in, or null
 * @param environment variables for the script; may be empty
 * @param persistent whether each run's sandbox outlives its script; null counts as not
 */
public record CronRequest(
    String name,
    String cronExpression,
    String script,
    String workspaceId,
    Map<String, String> environment,
    Boolean persistent) {

  /** Copies the environment, which keeps its order. */
  public CronRequest {
    environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
  }

  /** A script on a schedule, without a workspace. */
  public static CronRequest of(String name, String cronExpression, String script) {
    return new CronRequest(name, cronExpression, script, null, Map.of(), null);
  }

  /** The same, working in a workspace, which is kept. */
  public CronRequest in(String workspace) {
    return new CronRequest(name, cronExpression, script, workspace, environment, persistent);
  }

  /** The request as JSON; nulls and an empty environment are left out. */
  public ObjectNode toJson() {
    Writer json = new Writer();
    json.put("name", name);
    json.put("cron_expression", cronExpression);
    json.put("script", script);
    json.put("workspace_id", workspaceId);
    json.put("environment", environment);
    json.put("persistent", persistent);
    return json.node();
  }
}
