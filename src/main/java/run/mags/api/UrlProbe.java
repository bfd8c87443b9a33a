package run.mags.api;

import java.io.IOException;
import java.time.Duration;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import run.mags.api.model.ApiRoute;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.wait.InterruptedWaitException;

/** Looks whether a public URL answers. It is asked as anyone may ask it: the token is not sent. */
public final class UrlProbe {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private static final long MOST_BYTES = 64 * 1024;

  private final OkHttpClient client;
  private final Request request;

  /**
   * A probe.
   *
   * @throws CliException (BAD_ANSWER) if {@code url}, which a server gave, is none
   */
  public UrlProbe(String url, String userAgent, ApiRoute route) {
    HttpUrl parsed = HttpUrl.parse(url);
    if (parsed == null) {
      throw new CliException(ErrorKind.BAD_ANSWER, "the API gave a URL that is none: " + url);
    }
    OkHttpClient.Builder builder =
        new OkHttpClient.Builder()
            .callTimeout(LIMIT)
            .followRedirects(false)
            .retryOnConnectionFailure(false);
    Proxying.use(builder, route, parsed);
    if (parsed.isHttps() && route.certificates() != null) {
      OkHttpClients.secure(builder, route);
    }
    client = builder.build();
    // A connection that is kept would count as use and keep the sandbox awake.
    request =
        new Request.Builder()
            .url(parsed)
            .header("User-Agent", userAgent)
            .header("Connection", "close")
            .build();
  }

  /**
   * What a look has shown.
   *
   * @param answers whether a web server has answered
   * @param words the same for people
   * @param body the beginning of what it has answered, at most 64 KiB; empty where nothing was
   */
  public record Seen(boolean answers, String words, String body) {}

  /**
   * Looks once.
   *
   * @throws InterruptedWaitException if this thread is interrupted
   */
  public Seen look() {
    try (Response response = client.newCall(request).execute()) {
      int status = response.code();
      String body = response.peekBody(MOST_BYTES).string();
      return new Seen(!isProxys(status), "it answers with status " + status, body);
    } catch (IOException nobody) {
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedWaitException(null);
      }
      return new Seen(false, "nobody answers: " + nobody.getMessage(), "");
    }
  }

  /** Whether a proxy says with this status that nobody is behind it; 520 to 524 are a CDN's. */
  private static boolean isProxys(int status) {
    return (status >= 502 && status <= 504) || (status >= 520 && status <= 524);
  }
}
