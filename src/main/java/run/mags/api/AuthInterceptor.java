package run.mags.api;

import java.io.IOException;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;

/** Adds the token and the user agent, but only to requests for the API's own origin. */
final class AuthInterceptor implements Interceptor {
  private final HttpUrl api;
  private final String token;
  private final String userAgent;

  AuthInterceptor(HttpUrl api, String token, String userAgent) {
    this.api = api;
    this.token = token;
    this.userAgent = userAgent;
  }

  @Override
  public Response intercept(Chain chain) throws IOException {
    Request request = chain.request();
    Request.Builder builder = request.newBuilder().header("User-Agent", userAgent);
    if (sameOrigin(request.url())) {
      builder.header("Authorization", "Bearer " + token);
    }
    return chain.proceed(builder.build());
  }

  private boolean sameOrigin(HttpUrl url) {
    return url.scheme().equals(api.scheme())
        && url.host().equals(api.host())
        && url.port() == api.port();
  }
}
