package run.mags.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import run.mags.api.model.Access;
import run.mags.api.model.JobRequest;
import run.mags.api.model.JobUpdate;
import run.mags.api.model.Json;
import run.mags.api.model.Submitted;

/** The calls under {@code /api/v1/mags-jobs}. */
final class JobCalls {
  private static final String PATH = "/api/v1/mags-jobs";

  /** The longest submission in bytes: scripts may be long, but memory has an end. */
  private static final int SUBMIT_LIMIT = 16 << 20;

  private static final int SMALL_LIMIT = 1 << 20;
  private static final int LARGEST_PAGE = 1000;
  private static final int LONGEST_WINDOW_DAYS = 36_500;

  private final Jobs jobs;
  private final JobAccess access;
  private final UploadedFiles files;
  private final OddBehaviour odd;

  JobCalls(Jobs jobs, JobAccess access, UploadedFiles files, OddBehaviour odd) {
    this.jobs = jobs;
    this.access = access;
    this.files = files;
    this.odd = odd;
  }

  /** The calls. */
  List<Route> routes() {
    return List.of(
        Route.of("POST", PATH, this::submit),
        Route.of("GET", PATH, this::list),
        Route.of("GET", PATH + "/usage", this::usage),
        Route.of("GET", PATH + "/pool-status", this::pool),
        Route.of("GET", PATH + "/:id/status", this::status),
        Route.of("GET", PATH + "/:id/logs", this::logs),
        Route.of("POST", PATH + "/:id/access", this::access),
        Route.of("POST", PATH + "/:id/stop", this::stop),
        Route.of("POST", PATH + "/:id/sync", this::sync),
        Route.of("PATCH", PATH + "/:id", this::update));
  }

  private void submit(ApiCall call) throws IOException {
    JobRequest request = JobSubmission.read(call.object(SUBMIT_LIMIT));
    for (String file : request.fileIds()) {
      if (!files.has(file)) {
        throw new ApiRefusal(400, "file not found: " + file);
      }
    }
    LocalJob job = jobs.submit(request);
    Submitted answer = new Submitted(job.id(), "accepted", "Mags job submitted successfully");
    call.answer(202, answer.toJson());
  }

  private void list(ApiCall call) throws IOException {
    int page = call.query("page", 1, Integer.MAX_VALUE);
    int size = call.query("page_size", 20, LARGEST_PAGE);
    call.answer(200, odd.page(jobs, page, size));
  }

  private void usage(ApiCall call) throws IOException {
    call.answer(200, jobs.usage(call.query("window_days", 30, LONGEST_WINDOW_DAYS)));
  }

  private void pool(ApiCall call) throws IOException {
    call.answer(200, jobs.pool().toJson());
  }

  private void status(ApiCall call) throws IOException {
    call.answer(200, odd.shown(job(call)));
  }

  private void logs(ApiCall call) throws IOException {
    odd.answer(call, job(call).log());
  }

  private void access(ApiCall call) throws IOException {
    LocalJob job = job(call);
    JsonNode port = call.object(SMALL_LIMIT).get("port");
    if (port == null || !port.canConvertToInt() || port.asInt() < 1 || port.asInt() > 65_535) {
      throw new ApiRefusal(400, "port must be a whole number from 1 to 65535");
    }
    Access refused = odd.refusal(job, port.asInt());
    Access answer = refused == null ? access.open(job, port.asInt()) : refused;
    call.answer(200, answer.toJson());
  }

  private void stop(ApiCall call) throws IOException {
    job(call).stop();
    done(call, "Job is stopping");
  }

  private void sync(ApiCall call) throws IOException {
    job(call).sync();
    done(call, "Workspace synced");
  }

  private void update(ApiCall call) throws IOException {
    LocalJob job = job(call);
    JsonNode body = call.object(SMALL_LIMIT);
    FieldCheck check = new FieldCheck(body);
    check.text("startup_command");
    check.flag("no_sleep");
    job.update(JobUpdate.read(body));
    done(call, "Job updated");
  }

  private LocalJob job(ApiCall call) {
    return jobs.find(call.parameter("id"));
  }

  private static void done(ApiCall call, String message) throws IOException {
    ObjectNode body = Json.object();
    body.put("success", true);
    body.put("message", message);
    call.answer(200, body);
  }
}
