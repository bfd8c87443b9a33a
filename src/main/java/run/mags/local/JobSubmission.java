package run.mags.local;

import com.fasterxml.jackson.databind.JsonNode;
import run.mags.api.model.JobRequest;

/** Reads what {@code POST /mags-jobs} sends, and refuses what cannot become a job. */
final class JobSubmission {
  private JobSubmission() {}

  /**
   * Reads a submission.
   *
   * @throws ApiRefusal if something is missing or of the wrong kind; the texts for missing fields
   *     are those of the service
   */
  static JobRequest read(JsonNode body) {
    FieldCheck check = new FieldCheck(body);
    for (String name : new String[] {"type", "name"}) {
      check.text(name);
    }
    check.text("startup_command");
    check.script();
    check.flag("persistent");
    check.flag("no_sleep");
    check.variables("environment");
    check.texts("file_ids");
    check.positive("disk_gb");
    JobRequest request = JobRequest.read(body);
    if (request.environment().containsKey(IdleWatch.MINUTES)) {
      IdleWatch.minutes(request.environment().get(IdleWatch.MINUTES));
    }
    if (request.environment().containsKey(JobLimits.MEMORY)) {
      JobLimits.memory(request.environment().get(JobLimits.MEMORY));
    }
    require(request.type(), "Type");
    require(request.script(), "Script");
    if (!request.type().equals(JobRequest.INLINE)) {
      throw new ApiRefusal(400, "type must be \"" + JobRequest.INLINE + "\"");
    }
    check.workspace("workspace_id");
    check.workspace("base_workspace_id");
    if (request.baseWorkspaceId() != null
        && request.baseWorkspaceId().equals(request.workspaceId())) {
      throw new ApiRefusal(400, "base_workspace_id must not be the workspace itself");
    }
    return request;
  }

  private static void require(String value, String field) {
    if (value == null || value.isEmpty()) {
      throw new ApiRefusal(
          400,
          "Key: 'MagsJobRequest."
              + field
              + "' Error:Field validation for '"
              + field
              + "' failed on the 'required' tag");
    }
  }
}
