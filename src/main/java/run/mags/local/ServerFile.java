package run.mags.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import run.mags.api.model.Fields;
import run.mags.api.model.Json;

/** The owner-only file in a state directory that tells clients where its backend is. */
final class ServerFile {
  private static final String NAME = "server.json";

  private ServerFile() {}

  /** Writes the file in one step. */
  static void write(Path state, RunningBackend backend) throws IOException {
    ObjectNode json = Json.object();
    json.put("url", backend.url().toString());
    json.put("token", backend.token());
    json.put("pid", backend.pid());
    json.put("process_start", backend.processStart());
    json.put("version", backend.version());
    json.put("isolation", backend.isolation());
    json.put("idle_ms", backend.idle().toMillis());
    if (backend.warning() != null) {
      json.put("warning", backend.warning());
    }
    if (backend.rootfs() != null) {
      json.put("rootfs", backend.rootfs().toString());
    }
    OwnerOnly.replace(
        state.resolve(NAME), (Json.write(json) + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /**
   * What the file says; empty if there is none or none that can be read. Says nothing about whether
   * that backend is still there.
   */
  static Optional<RunningBackend> read(Path state) {
    try {
      JsonNode node = Json.read(Files.readString(state.resolve(NAME)));
      Fields fields = Fields.of(node);
      Long pid = fields.number("pid");
      String url = fields.text("url");
      String token = fields.text("token");
      if (pid == null || url == null || token == null) {
        return Optional.empty();
      }
      Long processStart = fields.number("process_start");
      Long idleMs = fields.number("idle_ms");
      String rootfs = fields.text("rootfs");
      return Optional.of(
          new RunningBackend(
              URI.create(url),
              token,
              pid,
              processStart == null ? 0 : processStart,
              fields.text("version"),
              fields.text("isolation"),
              idleMs == null ? IdleWatch.STANDARD : Duration.ofMillis(idleMs),
              fields.text("warning"),
              state,
              rootfs == null ? null : Path.of(rootfs)));
    } catch (IOException | IllegalArgumentException unreadable) {
      return Optional.empty();
    }
  }

  /** Removes the file. */
  static void remove(Path state) throws IOException {
    Files.deleteIfExists(state.resolve(NAME));
  }
}
