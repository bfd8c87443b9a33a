package run.mags.script;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Stands before a backend, passes everything on in both directions as it comes, and notes each
 * request before it is answered. What the backend names in its answers, such as its SSH port, is
 * reached directly.
 */
final class RecordingProxy implements AutoCloseable {
  /** Headers of a connection rather than of a message (RFC 9110, section 7.6.1), and the host. */
  private static final Set<String> NOT_PASSED_ON =
      Set.of("connection", "content-length", "expect", "host", "transfer-encoding", "upgrade");

  /** What the JDK's server takes for a body whose length is not known. */
  private static final long ANY_LENGTH = 0;

  private final URI backend;
  private final RequestLog log;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool(RecordingProxy::thread);
  private final HttpClient client;

  private RecordingProxy(URI backend, RequestLog log) throws IOException {
    this.backend = backend;
    this.log = log;
    this.client =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).executor(threads).build();
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
  }

  /** Starts before {@code backend} on a free port of the loopback interface. */
  static RecordingProxy before(URI backend, RequestLog log) throws IOException {
    RecordingProxy proxy = new RecordingProxy(backend, log);
    proxy.server.setExecutor(proxy.threads);
    proxy.server.createContext("/", proxy::handle);
    proxy.server.start();
    return proxy;
  }

  /** Where it listens. */
  URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private void handle(HttpExchange exchange) {
    try (exchange) {
      forward(exchange);
    } catch (IOException broken) {
      // One side has gone; closing the exchange tells the other.
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
  }

  private void forward(HttpExchange exchange) throws IOException, InterruptedException {
    Beginning body = new Beginning(exchange.getRequestBody());
    String target = exchange.getRequestURI().toString();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(backend + target))
            .method(exchange.getRequestMethod(), publisher(exchange, body));
    for (Map.Entry<String, List<String>> header : exchange.getRequestHeaders().entrySet()) {
      if (!NOT_PASSED_ON.contains(header.getKey().toLowerCase(Locale.ROOT))) {
        header.getValue().forEach(value -> request.header(header.getKey(), value));
      }
    }
    HttpResponse<InputStream> response;
    try {
      response = client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    } finally {
      log.add(new SentRequest(exchange.getRequestMethod(), target, body.text()));
    }
    answer(exchange, response);
  }

  private static BodyPublisher publisher(HttpExchange exchange, InputStream body) {
    String length = exchange.getRequestHeaders().getFirst("Content-Length");
    boolean chunked = exchange.getRequestHeaders().containsKey("Transfer-Encoding");
    if (!chunked && (length == null || length.equals("0"))) {
      return BodyPublishers.noBody();
    }
    BodyPublisher stream = BodyPublishers.ofInputStream(() -> body);
    return length == null ? stream : BodyPublishers.fromPublisher(stream, Long.parseLong(length));
  }

  private static void answer(HttpExchange exchange, HttpResponse<InputStream> response)
      throws IOException {
    response
        .headers()
        .map()
        .forEach(
            (name, values) -> {
              if (!NOT_PASSED_ON.contains(name.toLowerCase(Locale.ROOT))) {
                exchange.getResponseHeaders().put(name, values);
              }
            });
    long length = response.headers().firstValueAsLong("Content-Length").orElse(ANY_LENGTH);
    exchange.sendResponseHeaders(response.statusCode(), length);
    try (InputStream in = response.body();
        OutputStream out = exchange.getResponseBody()) {
      in.transferTo(out);
    }
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "recording proxy");
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  /** Passes a body on and keeps its beginning. */
  private static final class Beginning extends FilterInputStream {
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();

    Beginning(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
      int read = super.read(bytes, from, length);
      kept.write(bytes, from, Math.max(0, Math.min(read, SentRequest.KEPT - kept.size())));
      return read;
    }

    String text() {
      return kept.toString(StandardCharsets.UTF_8);
    }
  }
}
