package run.mags.api;

import java.net.InetSocketAddress;
import java.net.Proxy;
import okhttp3.Authenticator;
import okhttp3.Credentials;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.Route;
import run.mags.api.model.ApiRoute;
import run.mags.api.model.HttpProxy;

/** Sends what goes to an https server through the proxy that the user has named, if any. */
final class Proxying implements Authenticator {
  private static final String FIELD = "Proxy-Authorization";

  private final HttpProxy proxy;

  private Proxying(HttpProxy proxy) {
    this.proxy = proxy;
  }

  /** Whether calls to {@code url} go through the proxy of {@code route}. */
  static boolean isUsed(ApiRoute route, HttpUrl url) {
    return route.proxy() != null && url.isHttps() && route.proxy().serves(url.host(), url.port());
  }

  /** Makes the client use the proxy for {@code url}, where one is to be used. */
  static void use(OkHttpClient.Builder builder, ApiRoute route, HttpUrl url) {
    if (isUsed(route, url)) {
      HttpProxy proxy = route.proxy();
      // Not resolved here: OkHttp does that in the call, whose failure then names it.
      InetSocketAddress address = InetSocketAddress.createUnresolved(proxy.host(), proxy.port());
      builder.proxy(new Proxy(Proxy.Type.HTTP, address)).proxyAuthenticator(new Proxying(proxy));
    }
  }

  /** The name and password, once: a proxy that has refused them would do so again. */
  @Override
  public Request authenticate(Route route, Response response) {
    boolean refused = response.request().header(FIELD) != null;
    return proxy.user() == null || refused
        ? null
        : response
            .request()
            .newBuilder()
            .header(FIELD, Credentials.basic(proxy.user(), proxy.password()))
            .build();
  }
}
