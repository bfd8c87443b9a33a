package run.mags.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import javax.net.ssl.SSLException;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.MultipartBody;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import run.mags.api.model.Fields;
import run.mags.api.model.Json;
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
  private static final String ANY_BYTES = "application/octet-stream";
  private static final MediaType JSON = MediaType.get("application/json");

  private final ApiOptions options;
  private final HttpUrl base;
  private final OkHttpClient client;
  private final OkHttpClient looking;
  private final RetryPolicy policy;
  private volatile boolean cancelled;

  HttpTransport(ApiOptions options) {
    this(
        options,
        new RetryPolicy(Clock.systemUTC(), () -> ThreadLocalRandom.current().nextDouble()));
  }

  HttpTransport(ApiOptions options, RetryPolicy policy) {
    this.options = options;
    this.policy = policy;
    this.base = HttpUrl.get(options.baseUrl().toString());
    this.client =
        new OkHttpClient.Builder()
            .connectTimeout(CONNECT_TIMEOUT)
            .readTimeout(READ_TIMEOUT)
            .writeTimeout(READ_TIMEOUT)
            .retryOnConnectionFailure(false)
            .followSslRedirects(false)
            .eventListenerFactory(call -> call.request().tag(Sent.class))
            .addInterceptor(new AuthInterceptor(base, options.token(), options.userAgent()))
            .addInterceptor(new WireLogInterceptor(options.debug()))
            .build();
    this.looking = client.newBuilder().readTimeout(LOOK_TIMEOUT).build();
  }

  /** Sends a file as the part {@code file} of a form, streamed from disk. */
  JsonNode upload(ApiCall call, Path file) {
    RequestBody content = RequestBody.create(file.toFile(), MediaType.get(ANY_BYTES));
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
      throw new ApiException(
          ErrorKind.BAD_ANSWER,
          "cannot " + call.what() + ": the answer of " + base.host() + " is not JSON",
          "check MAGS_API_URL, or a proxy in between",
          null,
          null,
          false,
          null);
    }
  }

  /** Sends a call whose answer does not matter beyond its success. */
  void perform(ApiCall call) {
    send(call, body(call));
  }

  private String send(ApiCall call, RequestBody content) {
    Deadline window = Deadline.in(RETRY_WINDOW, options.sleeper());
    for (int tries = 1; ; tries++) {
      Sent sent = new Sent();
      try (Response response = client(call).newCall(request(call, content, sent)).execute()) {
        String body = response.body().string();
        if (response.isSuccessful()) {
          return body;
        }
        ApiException failure = failure(call, response, body);
        boolean again =
            RetryPolicy.isTransient(response.code())
                && (call.repeatable() || response.code() == 429)
                && !window.passed();
        pauseOrThrow(failure, again, tries, response.header("Retry-After"));
      } catch (IOException broken) {
        if (cancelled || Thread.currentThread().isInterrupted()) {
          throw new InterruptedWaitException(null);
        }
        boolean safe = call.repeatable() || !sent.mayHaveLeft();
        // Who did not answer in time would not the next time, and our user has waited enough.
        boolean again = safe && !(broken instanceof InterruptedIOException) && !window.passed();
        pauseOrThrow(failure(call, broken, sent.mayHaveLeft()), again, tries, null);
      }
    }
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
    return call.method().equals("GET") ? null : RequestBody.create(new byte[0], null);
  }

  /** What a status and its body mean; the body need not be JSON (spec: rest-api, "Transport"). */
  private ApiException failure(ApiCall call, Response response, String body) {
    int status = response.code();
    String said = said(body);
    ErrorKind kind = kind(status, said);
    String message = "cannot " + call.what() + ": ";
    String hint = null;
    switch (kind) {
      case NOT_LOGGED_IN -> {
        message = "the API refused the token" + (said.isEmpty() ? "" : ": " + said);
        hint = "run: mags login, or set MAGS_API_TOKEN; mags whoami shows which token is used";
      }
      case RATE_LIMITED -> {
        message += "the API asks to slow down (status 429)";
        hint = "wait a moment and try again";
      }
      case UNAVAILABLE -> {
        message += "the API is in trouble (status " + status + ")" + tail(said);
        hint = "try again in a moment";
      }
      default -> message += said.isEmpty() ? "the API answered " + status : said;
    }
    boolean retryable = RetryPolicy.isTransient(status) || status >= 500;
    return new ApiException(
        kind, message, hint, status, response.header("X-Request-Id"), retryable, null);
  }

  private static String tail(String said) {
    return said.isEmpty() ? "" : ": " + said;
  }

  private static ErrorKind kind(int status, String said) {
    String lower = said.toLowerCase(Locale.ROOT);
    boolean conflict =
        lower.contains("already exists") || lower.contains("in use") || lower.contains("conflict");
    return switch (status) {
      case 401 -> ErrorKind.NOT_LOGGED_IN;
      case 404 -> ErrorKind.NOT_FOUND;
      case 409 -> ErrorKind.CONFLICT;
      case 429 -> ErrorKind.RATE_LIMITED;
      // A name collision may come as a 500 with a telling text.
      default ->
          conflict && (status == 500 || status == 400)
              ? ErrorKind.CONFLICT
              : status >= 500 ? ErrorKind.UNAVAILABLE : ErrorKind.REFUSED;
    };
  }

  /** The error text of a body: its {@code error}, else a short plain text, else nothing. */
  private static String said(String body) {
    try {
      Fields fields = Fields.of(Json.read(body));
      String error = fields.text("error", "message");
      return error == null ? "" : error;
    } catch (JsonProcessingException notJson) {
      String text = body.strip();
      boolean presentable = text.length() <= 200 && !text.startsWith("<") && !text.contains("\n");
      return presentable ? text : "";
    }
  }

  private ApiException failure(ApiCall call, IOException broken, boolean mayHaveLeft) {
    String host = base.host() + ":" + base.port();
    String why;
    String hint = "check the network and MAGS_API_URL; mags --local works without either";
    if (broken instanceof UnknownHostException) {
      why = "the name " + base.host() + " cannot be resolved";
    } else if (broken instanceof ConnectException) {
      why = "nobody answers at " + host;
    } else if (broken instanceof SSLException) {
      why = "no trusted TLS connection to " + host + ": " + broken.getMessage();
    } else if (broken instanceof InterruptedIOException) {
      why = "no answer from " + host + " in time";
    } else {
      why = "the connection to " + host + " broke: " + broken.getMessage();
    }
    if (!call.repeatable() && mayHaveLeft) {
      why += "; whether it was done is not known";
      hint = "look before trying again: mags list";
    }
    return new ApiException(
        ErrorKind.UNAVAILABLE,
        "cannot " + call.what() + ": " + why,
        hint,
        null,
        null,
        call.repeatable() || !mayHaveLeft,
        broken);
  }

  /** Breaks off what is under way; from now on every call fails as interrupted. */
  void cancel() {
    cancelled = true;
    client.dispatcher().cancelAll();
  }

  @Override
  public void close() {
    client.connectionPool().evictAll();
    client.dispatcher().executorService().shutdown();
  }
}
