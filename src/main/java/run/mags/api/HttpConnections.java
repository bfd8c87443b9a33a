package run.mags.api;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;

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

  private final Map<String, OkHttpClient> clients = new HashMap<>();

  /** No connections yet. */
  public HttpConnections() {}

  /** The beginning of a client for this API. */
  synchronized OkHttpClient.Builder builder(HttpUrl base) {
    String origin = base.scheme() + "://" + base.host() + ":" + base.port();
    OkHttpClient client = clients.get(origin);
    if (client == null) {
      client =
          OkHttpClients.plain(base)
              .connectionPool(new ConnectionPool(MOST, KEPT_SECONDS, TimeUnit.SECONDS))
              .pingInterval(SIGN_OF_LIFE)
              .build();
      clients.put(origin, client);
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
