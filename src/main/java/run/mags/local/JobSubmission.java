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
    for (String name : new String[] {"type", "name", "workspace_id", "base_workspace_id"}) {
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
    require(request.type(), "Type");
    require(request.script(), "Script");
    if (!request.type().equals(JobRequest.INLINE)) {
      throw new ApiRefusal(400, "type must be \"" + JobRequest.INLINE + "\"");
    }
    checkWorkspace("workspace_id", request.workspaceId());
    checkWorkspace("base_workspace_id", request.baseWorkspaceId());
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

  private static void checkWorkspace(String field, String id) {
    if (id != null && id.isEmpty()) {
      throw new ApiRefusal(400, field + " must not be empty");
    }
  }
}
