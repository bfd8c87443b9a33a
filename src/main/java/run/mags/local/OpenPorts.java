package run.mags.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.LinkedHashMap;
import java.util.Map;
import run.mags.api.model.Fields;
import run.mags.api.model.Json;

/** The ports of one job that have URLs, each with the port of ours that leads there. */
final class OpenPorts {
  private static final String FILE = "urls.json";

  private final LocalJob job;

  /** By the sandbox's port; the one that was asked for last comes last. */
  private final Map<Integer, Integer> own = new LinkedHashMap<>();

  private OpenPorts(LocalJob job) {
    this.job = job;
  }

  /**
   * Those of a job, as they were kept; none if nothing was.
   *
   * @throws IOException if what was kept cannot be read
   */
  static OpenPorts load(LocalJob job) throws IOException {
    OpenPorts ports = new OpenPorts(job);
    try {
      JsonNode kept = Json.read(Files.readString(job.folder().resolve(FILE)));
      for (JsonNode entry : kept.path("ports")) {
        Integer port = Fields.of(entry).integer("port");
        Integer listen = Fields.of(entry).integer("listen");
        if (port != null && listen != null) {
          ports.own.put(port, listen);
        }
      }
    } catch (NoSuchFileException none) {
      // Nobody has asked for a URL so far.
    }
    return ports;
  }

  /** The job. */
  LocalJob job() {
    return job;
  }

  /** The ports of the sandbox, the last one asked for at the end, with our own for each. */
  synchronized Map<Integer, Integer> all() {
    return new LinkedHashMap<>(own);
  }

  /** Our own port for a port of the sandbox; null if it has no URL. */
  synchronized Integer own(int port) {
    return own.get(port);
  }

  /** The port of the sandbox that was asked for last; 0 if there is none. */
  synchronized int latest() {
    int latest = 0;
    for (int port : own.keySet()) {
      latest = port;
    }
    return latest;
  }

  /** Notes our own port for a port of the sandbox, which becomes the latest. */
  synchronized void put(int port, int listen) {
    own.remove(port);
    own.put(port, listen);
  }

  /** Writes it down. */
  synchronized void save() throws IOException {
    ObjectNode json = Json.object();
    ArrayNode list = json.putArray("ports");
    own.forEach((port, listen) -> list.addObject().put("port", port).put("listen", listen));
    OwnerOnly.replace(
        job.folder().resolve(FILE), (Json.write(json) + "\n").getBytes(StandardCharsets.UTF_8));
  }
}
