package run.mags.api;

import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import okhttp3.Call;
import okhttp3.ConnectionSpec;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import run.mags.api.model.ApiRoute;

/**
 * The OkHttp client of one API, made for the first call: a command that still knows its way needs
 * none, and making one takes a cold process more than 10 ms.
 */
final class OkHttpClients implements AutoCloseable {
  /** Above the 100 s after which the CDN in front of the service gives up (status 524). */
  private static final Duration READ_TIMEOUT = Duration.ofSeconds(110);

  /** A look at something is answered at once or not at all. */
  private static final Duration LOOK_TIMEOUT = Duration.ofSeconds(30);

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  private final HttpUrl base;
  private final ApiOptions options;
  private final HttpConnections kept;
  private OkHttpClient client;
  private OkHttpClient looking;

  /**
   * Clients.
   *
   * @param kept the connections to use and to leave open; null for connections of their own
   */
  OkHttpClients(HttpUrl base, ApiOptions options, HttpConnections kept) {
    this.base = base;
    this.options = options;
    // A file of certificates may be another one in the next call.
    this.kept = options.route().certificates() == null ? kept : null;
  }

  /**
   * The same client for all calls, connections and all, with the patience that this one deserves.
   */
  synchronized OkHttpClient client(ApiCall call) {
    if (client == null) {
      client = make();
      looking = client.newBuilder().readTimeout(LOOK_TIMEOUT).build();
    }
    return call.method().equals("GET") ? looking : client;
  }

  /** Gives up the connections that no call uses, one of which turned out to be dead. */
  synchronized void dropIdle() {
    client.connectionPool().evictAll();
  }

  /** Ends the calls that are under way. */
  synchronized void cancelAll() {
    if (client != null) {
      client.dispatcher().cancelAll();
    }
  }

  /** Ends the call that a thread makes: requests bear their threads as tags. */
  synchronized void cancel(Thread caller) {
    if (client == null) {
      return;
    }
    for (Call call : client.dispatcher().runningCalls()) {
      if (call.request().tag(Thread.class) == caller) {
        call.cancel();
      }
    }
  }

  @Override
  public synchronized void close() {
    if (client != null && kept == null) {
      client.connectionPool().evictAll();
      client.dispatcher().executorService().shutdown();
    }
  }

  private OkHttpClient make() {
    OkHttpClient.Builder builder =
        kept == null ? plain(base, options.route()) : kept.builder(base, options.route());
    return builder
        .eventListenerFactory(call -> call.request().tag(Sent.class))
        .addInterceptor(new AuthInterceptor(base, options.token(), options.userAgent()))
        .addInterceptor(new WireLogInterceptor(options.debug()))
        .build();
  }

  /** What all clients of one API have in common: no token, and nothing of who calls. */
  static OkHttpClient.Builder plain(HttpUrl base, ApiRoute route) {
    OkHttpClient.Builder builder =
        new OkHttpClient.Builder()
            .connectTimeout(CONNECT_TIMEOUT)
            .readTimeout(READ_TIMEOUT)
            .writeTimeout(READ_TIMEOUT)
            .retryOnConnectionFailure(false)
            .followRedirects(false);
    Proxying.use(builder, route, base);
    if (base.isHttps()) {
      secure(builder, route);
    } else {
      // Or else every start would set up TLS.
      builder.connectionSpecs(List.of(ConnectionSpec.CLEARTEXT));
    }
    return builder;
  }

  /**
   * Has the client speak TLS as we do, with trust in the certificates of {@code route}, too.
   *
   * @throws run.mags.error.CliException (CONFIG) if those cannot be read
   */
  static void secure(OkHttpClient.Builder builder, ApiRoute route) {
    X509ExtendedTrustManager roots = AddedRoots.beside(new TrustedRoots(null), route);
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {roots}, null);
      builder.sslSocketFactory(new LeanTlsSockets(context.getSocketFactory()), roots);
    } catch (GeneralSecurityException noTls) {
      throw new IllegalStateException("this Java has no TLS", noTls);
    }
    builder.connectionSpecs(List.of(ConnectionSpec.MODERN_TLS, ConnectionSpec.COMPATIBLE_TLS));
  }
}
