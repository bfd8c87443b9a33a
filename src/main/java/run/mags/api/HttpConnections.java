package run.mags.api;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import run.mags.api.model.ApiRoute;

/**
 * HTTP connections that outlive a client, for those that follow it in the same process. They belong
 * to an API, not to a token: each client adds its own to each request.
 */
public final class HttpConnections implements AutoCloseable {
  private static final int MOST = 8;

  /** Time for someone at a prompt; a server that closes earlier is noticed. In seconds. */
  private static final long KEPT_SECONDS = 90;

  /**
   * A way that leads nowhere any more says nothing: it is asked for a sign of life (HTTP/2 only).
   */
  private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(4);

  private final Map<Way, OkHttpClient> clients = new HashMap<>();

  /** What connections have in common that lead to the same server in the same way. */
  private record Way(String origin, ApiRoute route) {}

  /** No connections yet. */
  public HttpConnections() {}

  /** The beginning of a client for this API, reached in this way, which names no certificates. */
  synchronized OkHttpClient.Builder builder(HttpUrl base, ApiRoute route) {
    Way way = new Way(base.scheme() + "://" + base.host() + ":" + base.port(), route);
    OkHttpClient client = clients.get(way);
    if (client == null) {
      client =
          OkHttpClients.plain(base, route)
              .connectionPool(new ConnectionPool(MOST, KEPT_SECONDS, TimeUnit.SECONDS))
              .pingInterval(SIGN_OF_LIFE)
              .build();
      clients.put(way, client);
    }
    // What one client cancels is none of another's.
    return client.newBuilder().dispatcher(new Dispatcher());
  }

  /** Gives up all connections that are not in use. */
  @Override
  public synchronized void close() {
    clients.values().forEach(client -> client.connectionPool().evictAll());
    clients.clear();
  }
}
