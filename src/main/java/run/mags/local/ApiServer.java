package run.mags.local;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.local.proxy.LoopbackHost;

/**
 * The HTTP side: loopback only, a bearer token, error bodies. A request must name a loopback host,
 * or a page in the user's browser could reach it under a name of its own that it points here.
 */
final class ApiServer implements AutoCloseable {
  private static final String BEARER = "Bearer ";

  static {
    // Read once, by the first server of this JVM. Without it every POST waits 40 ms for the other
    // side's delayed acknowledgement on JDK 17.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private final HttpServer server;
  private final byte[] token;
  private final List<Route> routes;
  private final OddBehaviour odd;
  private final Workers workers;

  private ApiServer(
      HttpServer server, String token, List<Route> routes, OddBehaviour odd, Workers workers) {
    this.server = server;
    this.token = token.getBytes(StandardCharsets.UTF_8);
    this.routes = List.copyOf(routes);
    this.odd = odd;
    this.workers = workers;
  }

  /**
   * Starts to listen.
   *
   * @param port the port on the loopback interface; 0 takes a free one
   * @param odd what answers are given in place of right ones
   * @throws CliException if the port is taken
   */
  static ApiServer start(
      int port, String token, List<Route> routes, OddBehaviour odd, Workers workers) {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    try {
      HttpServer server = HttpServer.create(address, 0);
      ApiServer api = new ApiServer(server, token, routes, odd, workers);
      server.setExecutor(workers.pool());
      server.createContext("/", api::handle);
      server.start();
      return api;
    } catch (BindException e) {
      throw new CliException(
          ErrorKind.LOCAL_BACKEND,
          "port " + port + " cannot be used: " + e.getMessage(),
          "choose another with --port, or leave it out to take a free one",
          e);
    } catch (IOException e) {
      throw new CliException(
          ErrorKind.LOCAL_BACKEND, "the local backend cannot listen: " + e.getMessage(), null, e);
    }
  }

  /** Where it listens. */
  URI url() {
    InetSocketAddress address = server.getAddress();
    return URI.create("http://127.0.0.1:" + address.getPort());
  }

  private void handle(HttpExchange exchange) {
    ApiCall call = new ApiCall(exchange, Map.of(), null);
    try (exchange) {
      try {
        dispatch(exchange);
      } catch (ApiRefusal refusal) {
        call.refuse(refusal);
      } catch (RuntimeException defect) {
        workers.warnings().accept("a defect of the local backend: " + trace(defect));
        if (exchange.getResponseCode() == -1) {
          call.refuse(new ApiRefusal(500, "a defect of the local backend: " + defect));
        }
      }
    } catch (IOException gone) {
      // The client went away; there is nobody to tell.
    }
  }

  private void dispatch(HttpExchange exchange) throws IOException {
    checkHost(exchange.getRequestHeaders().getFirst("Host"));
    String path = exchange.getRequestURI().getRawPath();
    List<String> segments = segments(path);
    OddAnswer instead =
        path.startsWith(OwnCalls.PREFIX) ? null : odd.next(exchange.getRequestMethod(), path);
    if (instead != null && instead.kind() == OddAnswer.Kind.DROP_BEFORE) {
      throw new IOException("dropped on purpose");
    }
    if (instead != null && instead.kind() == OddAnswer.Kind.ANSWER) {
      answer(exchange, instead);
      return;
    }
    TreeSet<String> allowed = new TreeSet<>();
    for (Route route : routes) {
      Map<String, String> parameters = route.match(segments);
      if (parameters == null) {
        continue;
      }
      if (route.method().equals(exchange.getRequestMethod())) {
        if (route.needsToken()) {
          checkToken(exchange);
        }
        route.handler().handle(new ApiCall(exchange, parameters, instead));
        return;
      }
      allowed.add(route.method());
    }
    checkToken(exchange);
    if (allowed.isEmpty()) {
      throw new ApiRefusal(404, "no such call: " + path);
    }
    exchange.getResponseHeaders().set("Allow", String.join(", ", allowed));
    throw new ApiRefusal(405, exchange.getRequestMethod() + " is not possible here");
  }

  private static void answer(HttpExchange exchange, OddAnswer answer) throws IOException {
    if (!answer.retryAfter().isEmpty()) {
      exchange.getResponseHeaders().set("Retry-After", answer.retryAfter());
    }
    byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
    new ApiCall(exchange, Map.of(), answer)
        .answer(answer.status(), answer.contentType(), body.length, out -> out.write(body));
  }

  private static void checkHost(String host) {
    if (!LoopbackHost.is(host)) {
      throw new ApiRefusal(403, "the Host header must name the loopback interface");
    }
  }

  private void checkToken(HttpExchange exchange) {
    String header = exchange.getRequestHeaders().getFirst("Authorization");
    boolean right =
        header != null
            && header.regionMatches(true, 0, BEARER, 0, BEARER.length())
            && MessageDigest.isEqual(
                token, header.substring(BEARER.length()).strip().getBytes(StandardCharsets.UTF_8));
    if (!right) {
      exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
      throw new ApiRefusal(401, header == null ? "missing bearer token" : "invalid token");
    }
  }

  private static List<String> segments(String rawPath) {
    List<String> segments = new ArrayList<>();
    try {
      for (String segment : rawPath.substring(1).split("/", -1)) {
        // A plus sign is itself in a path.
        segments.add(URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8));
      }
    } catch (IllegalArgumentException badEscape) {
      throw new ApiRefusal(400, "the path has a broken percent escape");
    }
    return segments;
  }

  private static String trace(Throwable defect) {
    java.io.StringWriter text = new java.io.StringWriter();
    defect.printStackTrace(new java.io.PrintWriter(text));
    return text.toString().strip();
  }

  /** Stops listening and drops open connections. */
  @Override
  public void close() {
    server.stop(0);
  }
}
