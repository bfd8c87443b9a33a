package run.mags.api;

import java.io.IOException;
import java.util.function.Consumer;
import okhttp3.Interceptor;
import okhttp3.Response;

/**
 * One line for each request and one for its answer: method, URL, status, time. No header and no
 * body is ever shown, so no token, cookie or key can be.
 */
final class WireLogInterceptor implements Interceptor {
  private final Consumer<String> log;

  WireLogInterceptor(Consumer<String> log) {
    this.log = log;
  }

  @Override
  public Response intercept(Chain chain) throws IOException {
    String request = chain.request().method() + " " + chain.request().url();
    log.accept("> " + request);
    long start = System.nanoTime();
    try {
      Response response = chain.proceed(chain.request());
      log.accept(
          "< " + response.code() + " " + response.protocol() + " " + millis(start) + " " + request);
      return response;
    } catch (IOException failed) {
      log.accept("< " + failed + " " + millis(start) + " " + request);
      throw failed;
    }
  }

  private static String millis(long start) {
    return (System.nanoTime() - start) / 1_000_000 + "ms";
  }
}
