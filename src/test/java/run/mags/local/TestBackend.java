package run.mags.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import run.mags.api.model.Json;

/** A client of a local backend that speaks plain HTTP, as any client could. */
record TestBackend(URI url, String token) {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final long LIMIT_NANOS = 30_000_000_000L;

  /** An answer: its status and its body as text. */
  record Answer(int status, String text, HttpResponse<String> response) {
    JsonNode json() {
      try {
        return Json.read(text);
      } catch (IOException e) {
        throw new AssertionError(text, e);
      }
    }

    String error() {
      return json().path("error").asText();
    }
  }

  static TestBackend of(LocalBackend backend) {
    return new TestBackend(backend.url(), backend.token());
  }

  Answer get(String path) {
    return send("GET", path, null);
  }

  Answer post(String path, String body) {
    return send("POST", path, body);
  }

  Answer send(String method, String path, String body) {
    HttpRequest.BodyPublisher publisher =
        body == null
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofString(body);
    return send(
        request("/api/v1" + path)
            .header("Authorization", "Bearer " + token)
            .method(method, publisher));
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(url.resolve(path)).timeout(Duration.ofSeconds(30));
  }

  static Answer send(HttpRequest.Builder request) {
    try {
      HttpResponse<String> response =
          HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
      return new Answer(response.statusCode(), response.body(), response);
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** The body of a submission. */
  static ObjectNode job(String script) {
    return Json.object().put("type", "inline").put("script", script);
  }

  /** Submits and answers the id. */
  String submit(ObjectNode job) {
    Answer answer = post("/mags-jobs", Json.write(job));
    if (answer.status() != 202) {
      throw new AssertionError(answer.status() + " " + answer.text());
    }
    return answer.json().get("request_id").asText();
  }

  JsonNode status(String id) {
    return get("/mags-jobs/" + id + "/status").json();
  }

  /** Waits until the job has this status, and answers it. */
  JsonNode await(String id, String status) {
    until("job to be " + status, () -> status(id).path("status").asText().equals(status));
    return status(id);
  }

  /** Waits until the script of a persistent job has ended. */
  JsonNode awaitExit(String id) {
    until("script to end", () -> status(id).has("exit_code"));
    return status(id);
  }

  /** The messages of a job's log that come from one source, or all of them for null. */
  List<String> log(String id, String source) {
    List<String> messages = new ArrayList<>();
    for (JsonNode entry : get("/mags-jobs/" + id + "/logs").json().get("logs")) {
      if (source == null || source.equals(entry.path("source").asText())) {
        messages.add(entry.get("message").asText());
      }
    }
    return messages;
  }

  /** Waits until a condition holds; fails after 30 s. */
  static void until(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + LIMIT_NANOS;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("waited in vain for the " + what);
      }
      try {
        Thread.sleep(5);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError(e);
      }
    }
  }
}
