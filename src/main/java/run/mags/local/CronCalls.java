package run.mags.local;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import run.mags.api.model.Json;

/** The calls under {@code /api/v1/mags-cron}. */
final class CronCalls {
  private static final String PATH = "/api/v1/mags-cron";

  /** The longest request in bytes, as for jobs: it holds a script. */
  private static final int LIMIT = 16 << 20;

  private final CronJobs crons;

  CronCalls(CronJobs crons) {
    this.crons = crons;
  }

  /** The calls. */
  List<Route> routes() {
    return List.of(
        Route.of("POST", PATH, this::create),
        Route.of("GET", PATH, this::list),
        Route.of("PATCH", PATH + "/:id", this::update),
        Route.of("DELETE", PATH + "/:id", this::remove));
  }

  private void create(ApiCall call) throws IOException {
    call.answer(201, crons.create(call.object(LIMIT)));
  }

  private void list(ApiCall call) throws IOException {
    ObjectNode body = Json.object();
    body.set("cron_jobs", crons.list());
    call.answer(200, body);
  }

  private void update(ApiCall call) throws IOException {
    call.answer(200, crons.update(call.parameter("id"), call.object(LIMIT)));
  }

  private void remove(ApiCall call) throws IOException {
    crons.remove(call.parameter("id"));
    call.answer(
        200, Json.object().put("success", true).put("message", "Cron job deleted successfully"));
  }
}
