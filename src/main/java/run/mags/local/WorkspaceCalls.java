package run.mags.local;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import run.mags.api.model.Job;
import run.mags.api.model.Json;
import run.mags.error.CliException;
import run.mags.local.sandbox.WorkspaceTrees;

/** The calls under {@code /api/v1/mags-workspaces}. */
final class WorkspaceCalls {
  private static final String PATH = "/api/v1/mags-workspaces";

  private final WorkspaceTrees trees;
  private final Jobs jobs;
  private final DiskUse diskUse;

  WorkspaceCalls(WorkspaceTrees trees, Jobs jobs, DiskUse diskUse) {
    this.trees = trees;
    this.jobs = jobs;
    this.diskUse = diskUse;
  }

  /** The calls. */
  List<Route> routes() {
    return List.of(
        Route.of("GET", PATH, this::list), Route.of("DELETE", PATH + "/:id", this::remove));
  }

  private void list(ApiCall call) throws IOException {
    List<Entry> entries = entries();
    Map<String, Instant> changedAt = new HashMap<>();
    for (Entry entry : entries) {
      changedAt.put(entry.directory(), entry.isUp() ? null : entry.lastActive());
    }
    Map<String, Long> sizes = diskUse.of(changedAt);
    ArrayNode list = Json.array();
    for (Entry entry : entries) {
      list.add(entry.toJson(sizes.get(entry.directory())));
    }
    ObjectNode body = Json.object();
    body.set("workspaces", list);
    call.answer(200, body);
  }

  private List<Entry> entries() {
    Map<String, Integer> counts = new HashMap<>();
    Map<String, Boolean> up = new HashMap<>();
    for (LocalJob job : jobs.all()) {
      Job view = job.view();
      counts.merge(or(view.workspaceId()), 1, Integer::sum);
      if (!view.state().isFinal()) {
        up.merge(or(view.workspaceId()), job.isUp(), Boolean::logicalOr);
        up.merge(or(job.baseWorkspaceId()), false, Boolean::logicalOr);
      }
    }
    List<Entry> entries = new ArrayList<>();
    for (String name : trees.names()) {
      Optional<Path> directory = trees.find(name);
      if (directory.isPresent()) {
        Boolean isUp = up.get(name);
        entries.add(
            new Entry(
                name,
                directory.get().getFileName().toString(),
                counts.getOrDefault(name, 0),
                isUp != null,
                Boolean.TRUE.equals(isUp),
                lastActive(directory.get(), Boolean.TRUE.equals(isUp))));
      }
    }
    return entries;
  }

  /** No workspace of a job has the empty name. */
  private static String or(String workspace) {
    return workspace == null ? "" : workspace;
  }

  /** Its directory changes whenever a sandbox starts on it or ends. */
  private static Instant lastActive(Path directory, boolean isUp) {
    Instant time = Instant.now();
    try {
      time = isUp ? time : Files.getLastModifiedTime(directory).toInstant();
    } catch (IOException gone) {
      // Removed just now.
    }
    return time.truncatedTo(ChronoUnit.MILLIS);
  }

  private void remove(ApiCall call) throws IOException {
    String name = call.parameter("id");
    for (LocalJob job : jobs.all()) {
      Job view = job.view();
      if (!view.state().isFinal()
          && (name.equals(view.workspaceId()) || name.equals(job.baseWorkspaceId()))) {
        throw new ApiRefusal(
            409,
            "workspace '%s' is in use by job %s, which is %s"
                .formatted(name, view.requestId(), view.status()));
      }
    }
    try {
      trees.delete(name);
    } catch (CliException e) {
      throw switch (e.kind()) {
        case NOT_FOUND, USAGE -> new ApiRefusal(404, "workspace not found: " + name);
        case CONFLICT -> new ApiRefusal(409, e.getMessage());
        default -> new ApiRefusal(500, e.getMessage());
      };
    }
    call.answer(
        200, Json.object().put("success", true).put("message", "Workspace deleted successfully"));
  }

  /**
   * One workspace.
   *
   * @param isInUse whether a job that has not ended works in it or stands on it
   * @param isUp whether a sandbox is attached to it now
   */
  private record Entry(
      String name,
      String directory,
      int jobCount,
      boolean isInUse,
      boolean isUp,
      Instant lastActive) {
    ObjectNode toJson(Long size) {
      ObjectNode json = Json.object();
      json.put("workspace_id", name);
      json.put("job_count", jobCount);
      json.put("last_active", lastActive.toString());
      if (size != null) {
        json.put("size_bytes", size);
      }
      json.put("in_use", isInUse);
      return json;
    }
  }
}
