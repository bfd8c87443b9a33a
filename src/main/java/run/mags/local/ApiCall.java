package run.mags.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import run.mags.api.model.Json;

/** One request and its answer. */
final class ApiCall {
  /** What is read of a body that nobody wants, in bytes, so that its sender gets to the answer. */
  private static final long DRAIN_LIMIT = 64L << 20;

  private final HttpExchange exchange;
  private final Map<String, String> parameters;

  /** What is to become of the answer, or null for the usual. */
  private final OddAnswer odd;

  ApiCall(HttpExchange exchange, Map<String, String> parameters, OddAnswer odd) {
    this.exchange = exchange;
    this.parameters = parameters;
    this.odd = odd;
  }

  /** The part of the path that stands for {@code :name} in the route. */
  String parameter(String name) {
    return parameters.get(name);
  }

  /**
   * A number of the query.
   *
   * @throws ApiRefusal if it is there and no whole number from 1 to {@code most}
   */
  int query(String name, int otherwise, int most) {
    String text = query(name);
    if (text == null) {
      return otherwise;
    }
    try {
      int value = Integer.parseInt(text);
      if (value >= 1 && value <= most) {
        return value;
      }
    } catch (NumberFormatException notANumber) {
      // Refused below.
    }
    throw new ApiRefusal(400, name + " must be a whole number from 1 to " + most);
  }

  private String query(String name) {
    String query = exchange.getRequestURI().getRawQuery();
    if (query == null) {
      return null;
    }
    for (String part : query.split("&", -1)) {
      if (part.startsWith(name + "=")) {
        return URLDecoder.decode(part.substring(name.length() + 1), StandardCharsets.UTF_8);
      }
    }
    return null;
  }

  /**
   * The body, which must be a JSON object.
   *
   * @param limit the most bytes that it may have
   * @throws ApiRefusal if it is something else or longer
   */
  JsonNode object(int limit) throws IOException {
    byte[] bytes = exchange.getRequestBody().readNBytes(limit + 1);
    if (bytes.length > limit) {
      throw new ApiRefusal(413, "the request is larger than " + limit + " bytes");
    }
    try {
      JsonNode node = Json.read(new String(bytes, StandardCharsets.UTF_8));
      if (node.isObject()) {
        return node;
      }
      throw new ApiRefusal(400, "the body must be a JSON object");
    } catch (JsonProcessingException e) {
      throw new ApiRefusal(400, "invalid JSON: " + e.getOriginalMessage());
    }
  }

  /** The body, to be read once and by nobody else. */
  InputStream body() {
    return exchange.getRequestBody();
  }

  /** The header {@code Content-Type}, or null. */
  String contentType() {
    return exchange.getRequestHeaders().getFirst("Content-Type");
  }

  /** Answers with a JSON document. */
  void answer(int status, JsonNode body) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(Json.write(body).getBytes(StandardCharsets.UTF_8));
    answer(status, bytes.size(), bytes::writeTo);
  }

  /** Answers with a JSON document of {@code length} bytes, written piece by piece. */
  void answer(int status, long length, Body body) throws IOException {
    answer(status, "application/json", length, body);
  }

  /** Answers with something else. */
  void answer(int status, String contentType, long length, Body body) throws IOException {
    drain();
    if (odd != null && odd.kind() == OddAnswer.Kind.DROP_AFTER) {
      throw new IOException("dropped on purpose");
    }
    exchange.getResponseHeaders().set("Content-Type", contentType);
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.sendResponseHeaders(status, -1);
      return;
    }
    exchange.sendResponseHeaders(status, length == 0 ? -1 : length);
    OutputStream out = exchange.getResponseBody();
    boolean torn = odd != null && odd.kind() == OddAnswer.Kind.TORN;
    body.writeTo(torn ? new TornStream(out, length / 2) : out);
    // Only now: after a failure it is for the exchange to close, which ends the connection. Closed
    // here it would leave the client waiting for the rest.
    out.close();
  }

  /** Answers with an error body. */
  void refuse(ApiRefusal refusal) throws IOException {
    answer(refusal.status(), Json.object().put("error", refusal.getMessage()));
  }

  private void drain() throws IOException {
    InputStream rest = exchange.getRequestBody();
    byte[] scrap = new byte[8 * 1024];
    long left = DRAIN_LIMIT;
    for (int count; left > 0 && (count = rest.read(scrap)) >= 0; ) {
      left -= count;
    }
  }

  /** Writes the body of an answer. */
  interface Body {
    /** Writes exactly the bytes that were announced. */
    void writeTo(OutputStream out) throws IOException;
  }
}
