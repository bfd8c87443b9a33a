package run.mags.local;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import run.mags.api.model.Json;

/** The calls under {@code /_mags_local}, which only the local backend has. */
final class OwnCalls {
  /** What their paths begin with. */
  static final String PREFIX = "/_mags_local/";

  /** Answers who is there, without a token. */
  static final String HEALTH = "/_mags_local/health";

  /** Ends the backend. */
  static final String SHUTDOWN = "/_mags_local/shutdown";

  private final String version;
  private final String isolation;
  private final Runnable shutdown;

  OwnCalls(String version, String isolation, Runnable shutdown) {
    this.version = version;
    this.isolation = isolation;
    this.shutdown = shutdown;
  }

  /** The calls. */
  List<Route> routes() {
    return List.of(
        Route.open("GET", HEALTH, this::health), Route.of("POST", SHUTDOWN, this::shutdown));
  }

  private void health(ApiCall call) throws IOException {
    ObjectNode health = Json.object();
    health.put("status", "ok");
    health.put("version", version);
    health.put("pid", ProcessHandle.current().pid());
    health.put("isolation", isolation);
    call.answer(200, health);
  }

  private void shutdown(ApiCall call) throws IOException {
    ObjectNode answer = Json.object();
    answer.put("success", true);
    answer.put("message", "Local backend is stopping");
    call.answer(202, answer);
    shutdown.run();
  }
}
