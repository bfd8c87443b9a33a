package run.mags.api;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.ResponseBody;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.wait.Deadline;
import run.mags.wait.InterruptedWaitException;

/** Sends a request as the user has worded it; only what looks and changes nothing is repeated. */
final class RawExchange {
  private static final Duration RETRY_WINDOW = Duration.ofSeconds(30);
  private static final MediaType JSON = MediaType.get("application/json");

  private final HttpTransport transport;
  private final HttpUrl base;
  private final ApiFailures failures;
  private final Bounds bounds;

  RawExchange(HttpTransport transport, HttpUrl base, ApiFailures failures, Bounds bounds) {
    this.transport = transport;
    this.base = base;
    this.failures = failures;
    this.bounds = bounds;
  }

  RawAnswer send(RawRequest wanted, Deadline window) {
    HttpUrl url = url(wanted);
    boolean looks = wanted.method().equals("GET") || wanted.method().equals("HEAD");
    ApiCall call =
        new ApiCall(
            wanted.method() + " " + url.encodedPath(),
            wanted.method(),
            url.pathSegments(),
            List.of(),
            null,
            looks,
            null);
    for (int tries = 1; ; tries++) {
      Sent sent = new Sent();
      transport.begin(call, sent);
      try (Response response =
          transport.execute(call, request(wanted, url, sent), bounds.time(call))) {
        byte[] body = body(call, response);
        transport.end();
        if (response.code() < 400) {
          return new RawAnswer(head(response), body, null);
        }
        ApiException failure =
            failures.of(call, response, new String(body, StandardCharsets.UTF_8));
        boolean again =
            looks && RetryPolicy.mayPass(response.code(), call.method()) && !window.passed();
        try {
          transport.pauseOrThrow(failure, again, tries, response.header("Retry-After"));
        } catch (ApiException last) {
          return new RawAnswer(head(response), body, last);
        }
      } catch (InterruptedException interrupt) {
        Thread.currentThread().interrupt();
        throw new InterruptedWaitException(null);
      } catch (IOException broken) {
        transport.requireNoInterrupt();
        boolean hopeless =
            broken instanceof InterruptedIOException || ApiFailures.isUntrusted(broken);
        boolean again = (looks || !sent.mayHaveLeft()) && !hopeless && !window.passed();
        transport.pauseOrThrow(failures.of(call, broken, sent.mayHaveLeft()), again, tries, null);
      }
    }
  }

  static Deadline window(ApiOptions options) {
    return Deadline.in(RETRY_WINDOW, options.sleeper());
  }

  private HttpUrl url(RawRequest wanted) {
    String root = base.toString();
    HttpUrl url =
        HttpUrl.parse((root.endsWith("/") ? root : root + "/") + wanted.target().substring(1));
    boolean ours =
        url != null
            && url.host().equals(base.host())
            && url.port() == base.port()
            && url.scheme().equals(base.scheme());
    if (!ours) {
      throw new CliException(ErrorKind.USAGE, "no path of the API: " + wanted.target());
    }
    HttpUrl.Builder whole = url.newBuilder();
    for (int i = 0; i < wanted.query().size(); i += 2) {
      whole.addQueryParameter(wanted.query().get(i), wanted.query().get(i + 1));
    }
    return whole.build();
  }

  private static Request request(RawRequest wanted, HttpUrl url, Sent sent) {
    boolean none = wanted.method().equals("GET") || wanted.method().equals("HEAD");
    RequestBody body = null;
    if (wanted.body() != null) {
      body = RequestBody.create(wanted.body().getBytes(StandardCharsets.UTF_8), JSON);
    } else if (!none && !wanted.method().equals("DELETE")) {
      body = RequestBody.create(new byte[0], null);
    }
    Request.Builder request = new Request.Builder().url(url).tag(Sent.class, sent);
    try {
      request.method(wanted.method(), body);
      for (int i = 0; i < wanted.headers().size(); i += 2) {
        request.header(wanted.headers().get(i), wanted.headers().get(i + 1));
      }
    } catch (IllegalArgumentException notHttp) {
      throw new CliException(ErrorKind.USAGE, "cannot be sent: " + notHttp.getMessage());
    }
    return request.build();
  }

  private byte[] body(ApiCall call, Response response) throws IOException {
    long limit = bounds.bytes(call);
    ResponseBody body = response.body();
    if (body.contentLength() > limit || body.source().request(limit + 1)) {
      throw failures.tooLarge(call, limit);
    }
    return body.bytes();
  }

  private static List<String> head(Response response) {
    List<String> head = new ArrayList<>();
    String reason = response.message().isEmpty() ? "" : " " + response.message();
    String protocol = response.protocol().toString().toUpperCase(java.util.Locale.ROOT);
    head.add(protocol + " " + response.code() + reason);
    for (int i = 0; i < response.headers().size(); i++) {
      head.add(response.headers().name(i) + ": " + response.headers().value(i));
    }
    return head;
  }
}
