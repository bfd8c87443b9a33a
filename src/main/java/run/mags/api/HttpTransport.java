package run.mags.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongConsumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import okhttp3.Call;
import okhttp3.ConnectionSpec;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.MultipartBody;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import run.mags.api.model.Fields;
import run.mags.api.model.Json;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.wait.Deadline;
import run.mags.wait.InterruptedWaitException;

/** Sends calls, tries again where that is safe, reads answers and maps failures. */
final class HttpTransport implements AutoCloseable {
  /** Above the 100 s after which the CDN in front of the service gives up (status 524). */
  private static final Duration READ_TIMEOUT = Duration.ofSeconds(110);

  /** Nothing is tried again once this much time has been spent on a call. */
  private static final Duration RETRY_WINDOW = Duration.ofSeconds(30);

  /** A look at something is answered at once or not at all. */
  private static final Duration LOOK_TIMEOUT = Duration.ofSeconds(30);

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final MediaType JSON = MediaType.get("application/json");

  private final ApiOptions options;
  private final HttpUrl base;
  private final ApiFailures failures;
  private final OkHttpClient client;
  private final OkHttpClient looking;
  private final RetryPolicy policy;
  private volatile boolean cancelled;
  private volatile boolean closed;

  HttpTransport(ApiOptions options) {
    this(
        options,
        new RetryPolicy(Clock.systemUTC(), () -> ThreadLocalRandom.current().nextDouble()));
  }

  HttpTransport(ApiOptions options, RetryPolicy policy) {
    this.options = options;
    this.policy = policy;
    this.base = HttpUrl.get(options.baseUrl().toString());
    this.failures = new ApiFailures(base);
    OkHttpClient.Builder builder =
        new OkHttpClient.Builder()
            .connectTimeout(CONNECT_TIMEOUT)
            .readTimeout(READ_TIMEOUT)
            .writeTimeout(READ_TIMEOUT)
            .retryOnConnectionFailure(false)
            .followSslRedirects(false)
            .eventListenerFactory(call -> call.request().tag(Sent.class))
            .addInterceptor(new AuthInterceptor(base, options.token(), options.userAgent()))
            .addInterceptor(new WireLogInterceptor(options.debug()));
    if (base.isHttps()) {
      secure(builder);
    } else {
      // Or else every start would set up TLS.
      builder.connectionSpecs(List.of(ConnectionSpec.CLEARTEXT));
    }
    this.client = builder.build();
    this.looking = client.newBuilder().readTimeout(LOOK_TIMEOUT).build();
  }

  private static void secure(OkHttpClient.Builder builder) {
    TrustedRoots roots = new TrustedRoots(null);
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {roots}, null);
      builder.sslSocketFactory(new LeanTlsSockets(context.getSocketFactory()), roots);
    } catch (GeneralSecurityException noTls) {
      throw new IllegalStateException("this Java has no TLS", noTls);
    }
    builder.connectionSpecs(List.of(ConnectionSpec.MODERN_TLS, ConnectionSpec.COMPATIBLE_TLS));
  }

  /** Sends a file as the part {@code file} of a form, streamed from disk. */
  JsonNode upload(ApiCall call, Path file, LongConsumer sent) {
    RequestBody content = new FileBody(file, sent);
    RequestBody form =
        new MultipartBody.Builder()
            .setType(MultipartBody.FORM)
            .addFormDataPart("file", file.getFileName().toString(), content)
            .build();
    return parse(call, send(call, form));
  }

  /** The answer's JSON; a missing node when it has no body. */
  JsonNode json(ApiCall call) {
    return parse(call, send(call, body(call)));
  }

  private JsonNode parse(ApiCall call, String body) {
    if (body.isBlank()) {
      return MissingNode.getInstance();
    }
    try {
      return Json.read(body);
    } catch (JsonProcessingException notJson) {
      throw failures.notJson(call);
    }
  }

  /**
   * Sends a call whose answer does not matter beyond its success.
   *
   * @throws ApiException (REFUSED) if the answer has a {@code success} that is false
   */
  void perform(ApiCall call) {
    String body = send(call, body(call));
    JsonNode answer;
    try {
      answer = Json.read(body);
    } catch (JsonProcessingException anyWord) {
      // The calls concerned promise a 2xx and no body (spec: rest-api, "Jobs").
      return;
    }
    Fields fields = Fields.of(answer);
    if (Boolean.FALSE.equals(fields.flag("success"))) {
      String why = fields.text("error", "message");
      String message = "cannot " + call.what() + ": " + (why == null ? "the API refused" : why);
      throw new ApiException(ErrorKind.REFUSED, message, null, 200, null, false, null);
    }
  }

  private String send(ApiCall call, RequestBody content) {
    Deadline window = Deadline.in(RETRY_WINDOW, options.sleeper());
    for (int tries = 1; ; tries++) {
      requireUse();
      Sent sent = new Sent();
      try (Response response = execute(client(call).newCall(request(call, content, sent)))) {
        String body = response.body().string();
        if (response.isSuccessful() || isGone(call, response, tries)) {
          return body;
        }
        ApiException failure = failures.of(call, response, body);
        boolean again =
            RetryPolicy.isTransient(response.code())
                && (call.repeatable() || response.code() == 429)
                && !window.passed();
        pauseOrThrow(failure, again, tries, response.header("Retry-After"));
      } catch (InterruptedException interrupt) {
        Thread.currentThread().interrupt();
        throw new InterruptedWaitException(null);
      } catch (LocalFileException file) {
        throw new CliException(ErrorKind.FILE, file.getMessage(), "nothing was submitted", file);
      } catch (IOException broken) {
        if (cancelled || Thread.currentThread().isInterrupted()) {
          throw new InterruptedWaitException(null);
        }
        boolean safe = call.repeatable() || !sent.mayHaveLeft();
        // Who did not answer in time would not the next time, and our user has waited enough.
        boolean again = safe && !(broken instanceof InterruptedIOException) && !window.passed();
        pauseOrThrow(failures.of(call, broken, sent.mayHaveLeft()), again, tries, null);
      }
    }
  }

  private void requireUse() {
    if (cancelled) {
      throw new InterruptedWaitException(null);
    }
    if (closed) {
      throw new IllegalStateException("this client is closed");
    }
  }

  /** Names what OkHttp throws while it connects, too: Kotlin need not declare that. */
  private static Response execute(Call call) throws IOException, InterruptedException {
    return call.execute();
  }

  /** Whether an earlier try has deleted it, whose answer was lost. */
  private static boolean isGone(ApiCall call, Response response, int tries) {
    return tries > 1 && call.method().equals("DELETE") && response.code() == 404;
  }

  /** The same client, connections and all, with the patience that the call deserves. */
  private OkHttpClient client(ApiCall call) {
    return call.method().equals("GET") ? looking : client;
  }

  private void pauseOrThrow(ApiException failure, boolean again, int tries, String retryAfter) {
    Optional<Duration> pause = again ? policy.pause(tries, retryAfter) : Optional.empty();
    if (pause.isEmpty()) {
      throw failure;
    }
    options.debug().accept("try " + tries + " failed: " + failure.getMessage());
    if (tries >= 2) {
      options.notes().accept(failure.getMessage() + "; trying again");
    }
    try {
      options.sleeper().sleep(pause.get());
    } catch (InterruptedException interrupt) {
      Thread.currentThread().interrupt();
      throw new InterruptedWaitException(null);
    }
  }

  private Request request(ApiCall call, RequestBody content, Sent sent) {
    HttpUrl.Builder url = base.newBuilder();
    for (String segment : call.path()) {
      url.addEncodedPathSegment(PathSegment.encode(segment));
    }
    for (int i = 0; i < call.query().size(); i += 2) {
      url.addQueryParameter(call.query().get(i), call.query().get(i + 1));
    }
    return new Request.Builder()
        .url(url.build())
        .method(call.method(), content)
        .tag(Sent.class, sent)
        .build();
  }

  private static RequestBody body(ApiCall call) {
    if (call.body() != null) {
      return RequestBody.create(Json.write(call.body()), JSON);
    }
    boolean none = call.method().equals("GET") || call.method().equals("DELETE");
    return none ? null : RequestBody.create(new byte[0], null);
  }

  /** Breaks off what is under way; from now on every call fails as interrupted. */
  void cancel() {
    cancelled = true;
    client.dispatcher().cancelAll();
  }

  @Override
  public void close() {
    closed = true;
    client.connectionPool().evictAll();
    client.dispatcher().executorService().shutdown();
  }
}
