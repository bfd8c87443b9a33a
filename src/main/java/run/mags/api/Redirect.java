package run.mags.api;

import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.Response;

/**
 * Which redirects are followed. What we send, the script and its variables above all, is meant for
 * the server that the user named, so no other gets it, whatever that server says.
 */
final class Redirect {
  private Redirect() {}

  /** Where to send the request again; null when this redirect is not to be followed. */
  static HttpUrl target(Response response) {
    Request request = response.request();
    HttpUrl from = request.url();
    HttpUrl to = to(response);
    // 301 and 302 turn a POST into a GET by custom; only 307 and 308 promise to keep the method.
    boolean keepsMethod =
        request.method().equals("GET") || response.code() == 307 || response.code() == 308;
    return to != null && keepsMethod && isSameServer(from, to) ? to : null;
  }

  /** Where a redirect leads; null when it does not say, or to something that is no web address. */
  static HttpUrl to(Response response) {
    String location = response.header("Location");
    return location == null ? null : response.request().url().resolve(location);
  }

  private static boolean isSameServer(HttpUrl from, HttpUrl to) {
    return from.host().equals(to.host())
        && from.port() == to.port()
        && from.scheme().equals(to.scheme());
  }
}
