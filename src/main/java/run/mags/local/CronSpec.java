package run.mags.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import run.mags.api.model.Fields;
import run.mags.api.model.JobRequest;
import run.mags.error.CliException;
import run.mags.schedule.Schedule;

/**
 * What a cron job is to do.
 *
 * @param name its name, which no other has; its jobs have it too
 * @param expression when, as {@link Schedule} reads it
 * @param script what to run
 * @param workspaceId the workspace of its jobs, or null
 * @param environment variables for the script
 * @param persistent whether its jobs outlive their script
 * @param enabled whether it comes at all
 */
record CronSpec(
    String name,
    String expression,
    String script,
    String workspaceId,
    Map<String, String> environment,
    boolean persistent,
    boolean enabled) {

  CronSpec {
    environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
  }

  /** A cron job of which nothing is known yet. */
  static CronSpec blank() {
    return new CronSpec(null, null, null, null, Map.of(), false, true);
  }

  /**
   * The same with the fields of a request's body; what is missing or null there stays as it is.
   *
   * @throws ApiRefusal if a field is wrong, or one that is required is missing still; the texts for
   *     those are like the service's own for jobs (assumed)
   */
  CronSpec with(JsonNode body) {
    FieldCheck check = new FieldCheck(body);
    check.text("name");
    check.text("cron_expression");
    check.workspace("workspace_id");
    check.script();
    check.flag("persistent");
    check.flag("enabled");
    check.variables("environment");
    CronSpec spec = merge(body);
    require(spec.name, "Name");
    require(spec.expression, "CronExpression");
    require(spec.script, "Script");
    spec.schedule();
    if (spec.environment.containsKey(IdleWatch.MINUTES)) {
      IdleWatch.minutes(spec.environment.get(IdleWatch.MINUTES));
    }
    return spec;
  }

  /** The same with the fields of {@code body} as they are. */
  CronSpec merge(JsonNode body) {
    Fields fields = Fields.of(body);
    Boolean newPersistent = fields.flag("persistent");
    Boolean newEnabled = fields.flag("enabled");
    return new CronSpec(
        or(fields.text("name"), name),
        or(fields.text("cron_expression"), expression),
        or(fields.text("script"), script),
        or(fields.text("workspace_id"), workspaceId),
        body.path("environment").isObject() ? fields.texts("environment") : environment,
        newPersistent == null ? persistent : newPersistent,
        newEnabled == null ? enabled : newEnabled);
  }

  private static String or(String wanted, String otherwise) {
    return wanted == null ? otherwise : wanted;
  }

  private static void require(String value, String field) {
    if (value == null || value.isBlank()) {
      throw new ApiRefusal(
          400,
          "Key: 'MagsCronRequest.%s' Error:Field validation for '%s' failed on the 'required' tag"
              .formatted(field, field));
    }
  }

  /**
   * When it is to run.
   *
   * @throws ApiRefusal if the expression is none
   */
  Schedule schedule() {
    try {
      return Schedule.parse(expression);
    } catch (CliException e) {
      throw new ApiRefusal(400, e.getMessage());
    }
  }

  /** The job that it submits each time. */
  JobRequest request() {
    return new JobRequest(
        script,
        JobRequest.INLINE,
        name,
        workspaceId,
        null,
        persistent,
        null,
        null,
        environment,
        List.of(),
        null);
  }

  /** Adds what clients see: all but the environment, which may hold secrets. */
  void addTo(ObjectNode json) {
    json.put("name", name);
    json.put("cron_expression", expression);
    json.put("script", script);
    if (workspaceId != null) {
      json.put("workspace_id", workspaceId);
    }
    json.put("persistent", persistent);
    json.put("enabled", enabled);
  }
}
