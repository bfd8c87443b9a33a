package run.mags.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import run.mags.api.model.Fields;
import run.mags.api.model.Job;
import run.mags.api.model.JobRequest;
import run.mags.api.model.JobStatus;
import run.mags.api.model.JobUpdate;
import run.mags.api.model.Json;

/**
 * All that is known of one job and outlives a restart, except its script and its log, which are
 * files of their own. Changed only by {@link LocalJob} under its lock.
 */
final class JobRecord {
  /** A lower-case UUID. */
  final String id;

  /** When it was submitted. No two jobs of one backend have the same time. */
  final Instant createdAt;

  /** What was asked for; its script is null. */
  JobRequest request;

  /** Never {@link JobStatus#UNKNOWN}. */
  JobStatus status = JobStatus.PENDING;

  /** The sandbox that is attached, or null. */
  String vmId;

  /** The script's exit code once it ended, or null. */
  Integer exitCode;

  /** How long the script ran, in ms, once it ended, or null. */
  Long scriptDurationMs;

  /** When the script began, or null. */
  Instant startedAt;

  /** When the job reached a final status, or null. */
  Instant completedAt;

  /** Why the job failed, or null. */
  String error;

  /** Where it can be reached now, or null. Not kept: the next backend may have another port. */
  String url;

  private long vmMs;
  private Instant attachedAt;

  JobRecord(String id, Instant createdAt, JobRequest request) {
    this.id = id;
    this.createdAt = createdAt;
    this.request = withoutScript(request, request.startupCommand(), request.noSleep());
  }

  /** Reads a record; null if it has no id, creation time or status that is known. */
  static JobRecord read(JsonNode node) {
    Fields fields = Fields.of(node);
    String id = fields.text("id");
    Instant createdAt = fields.instant("created_at");
    JobStatus status = JobStatus.of(fields.text("status"));
    if (id == null || createdAt == null || status == JobStatus.UNKNOWN) {
      return null;
    }
    JobRecord job = new JobRecord(id, createdAt, JobRequest.read(node.get("request")));
    job.status = status;
    job.exitCode = fields.integer("exit_code");
    job.scriptDurationMs = fields.number("script_duration_ms");
    job.startedAt = fields.instant("started_at");
    job.completedAt = fields.instant("completed_at");
    job.error = fields.text("error");
    Long vmMs = fields.number("vm_ms");
    job.vmMs = vmMs == null ? 0 : vmMs;
    return job;
  }

  /** The record as JSON. An attached sandbox is left out: none outlives the backend. */
  ObjectNode toJson() {
    ObjectNode json = Json.object();
    json.put("id", id);
    json.put("created_at", createdAt.toString());
    json.put("status", word());
    json.set("request", request.toJson());
    if (exitCode != null) {
      json.put("exit_code", exitCode);
    }
    if (scriptDurationMs != null) {
      json.put("script_duration_ms", scriptDurationMs);
    }
    if (startedAt != null) {
      json.put("started_at", startedAt.toString());
    }
    if (completedAt != null) {
      json.put("completed_at", completedAt.toString());
    }
    if (error != null) {
      json.put("error", error);
    }
    json.put("vm_ms", vmMs);
    return json;
  }

  /** The job as the API shows it. */
  Job toApi() {
    return new Job(
        id,
        request.name(),
        request.workspaceId(),
        word(),
        vmId,
        subdomain(),
        url,
        exitCode,
        scriptDurationMs,
        startedAt,
        createdAt,
        completedAt,
        isPersistent(),
        Boolean.TRUE.equals(request.noSleep()),
        request.startupCommand(),
        request.diskGb(),
        request.baseWorkspaceId(),
        error);
  }

  /** The first label of its URL by name. */
  String subdomain() {
    return Subdomain.of(request.name(), id);
  }

  /** Since when a sandbox is attached, or null. */
  Instant attachedAt() {
    return attachedAt;
  }

  /** Whether the sandbox outlives the script. */
  boolean isPersistent() {
    return Boolean.TRUE.equals(request.persistent());
  }

  /** A sandbox is there: the job runs, and has begun if it had not before. */
  void attach(String sandbox, Instant now) {
    vmId = sandbox;
    attachedAt = now;
    status = JobStatus.RUNNING;
    if (startedAt == null) {
      startedAt = now;
    }
  }

  /** The sandbox is gone; what becomes of the job is another matter. */
  void detach(Instant now) {
    vmMs = vmMs(now);
    attachedAt = null;
  }

  /** For how long sandboxes were attached until {@code now}, in ms. */
  long vmMs(Instant now) {
    // A clock that was set back must not take time away.
    return vmMs
        + (attachedAt == null ? 0 : Math.max(0, Duration.between(attachedAt, now).toMillis()));
  }

  /** Takes over what an update names. */
  void update(JobUpdate update) {
    request =
        withoutScript(
            request,
            update.startupCommand() == null ? request.startupCommand() : update.startupCommand(),
            update.noSleep() == null ? request.noSleep() : update.noSleep());
  }

  private String word() {
    return status.name().toLowerCase(Locale.ROOT);
  }

  private static JobRequest withoutScript(
      JobRequest request, String startupCommand, Boolean noSleep) {
    return new JobRequest(
        null,
        request.type(),
        request.name(),
        request.workspaceId(),
        request.baseWorkspaceId(),
        request.persistent(),
        noSleep,
        startupCommand,
        request.environment(),
        request.fileIds(),
        request.diskGb());
  }
}
