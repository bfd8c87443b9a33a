package run.mags.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import okhttp3.Call;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.MultipartBody;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.ResponseBody;
import run.mags.api.model.Fields;
import run.mags.api.model.Json;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.wait.Deadline;
import run.mags.wait.InterruptedWaitException;

/** Sends calls, tries again where that is safe, reads answers and maps failures. */
final class HttpTransport implements AutoCloseable {
  /** What an error has to say is read so far, in bytes. */
  private static final long ERROR_LIMIT = 1 << 16;

  private static final int MOST_REDIRECTS = 5;

  /** Nothing is tried again once this much time has been spent on a call. */
  private static final Duration RETRY_WINDOW = Duration.ofSeconds(30);

  private static final Duration BETWEEN_NOTES = Duration.ofSeconds(10);

  private static final MediaType JSON = MediaType.get("application/json");

  private final ApiOptions options;
  private final HttpUrl base;
  private final ApiFailures failures;
  private final OkHttpClients clients;
  private final RetryPolicy policy;
  private final Bounds bounds;
  private volatile UnderWay underWay;
  private Deadline sinceNote;
  private volatile boolean cancelled;
  private volatile boolean closed;

  /** A transport; {@code kept} as in {@link OkHttpClients}. */
  HttpTransport(ApiOptions options, HttpConnections kept) {
    this(
        options,
        kept,
        new RetryPolicy(Clock.systemUTC(), () -> ThreadLocalRandom.current().nextDouble()),
        Bounds.DEFAULT);
  }

  HttpTransport(ApiOptions options, HttpConnections kept, RetryPolicy policy, Bounds bounds) {
    this.options = options;
    this.policy = policy;
    this.bounds = bounds;
    this.base = base(options);
    this.failures = new ApiFailures(base, options);
    this.clients = new OkHttpClients(base, options, kept);
  }

  private static HttpUrl base(ApiOptions options) {
    HttpUrl url = HttpUrl.parse(options.baseUrl().toString());
    if (url == null) {
      String message = "the API's URL cannot be used: " + options.baseUrl();
      throw new CliException(ErrorKind.CONFIG, message, "check MAGS_API_URL");
    }
    return url;
  }

  /** Sends a file as the part {@code file} of a form, streamed from disk. */
  JsonNode upload(ApiCall call, Path file, LongConsumer sent) {
    RequestBody content = new FileBody(file, sent);
    RequestBody form =
        new MultipartBody.Builder()
            .setType(MultipartBody.FORM)
            .addFormDataPart("file", file.getFileName().toString(), content)
            .build();
    return parse(call, send(call, form, bounds.upload(file)));
  }

  /** The answer's JSON; a missing node when it has no body. */
  JsonNode json(ApiCall call) {
    return parse(call, send(call, body(call), bounds.time(call)));
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
    String body = send(call, body(call), bounds.time(call));
    JsonNode answer;
    try {
      answer = Json.read(body);
    } catch (JsonProcessingException anyWord) {
      // The calls concerned promise a 2xx and no body (spec: rest-api, "Jobs").
      return;
    }
    requireSuccess(call, answer);
  }

  /**
   * The answer's JSON of a call that changes something; a missing node when it has no body.
   *
   * @throws ApiException (REFUSED) if the answer has a {@code success} that is false
   */
  JsonNode accepted(ApiCall call) {
    JsonNode answer = json(call);
    requireSuccess(call, answer);
    return answer;
  }

  private void requireSuccess(ApiCall call, JsonNode answer) {
    Fields fields = Fields.of(answer);
    if (Boolean.FALSE.equals(fields.flag("success"))) {
      String why = fields.text("error", "message");
      String message =
          "cannot " + call.what() + ": " + (why == null ? "the API refused" : words(why));
      throw new ApiException(ErrorKind.REFUSED, message, null, 200, null, false, null);
    }
  }

  /** Sends a request as the user has worded it, and answers what comes back. */
  RawAnswer raw(RawRequest request) {
    requireUse();
    return new RawExchange(this, base, failures, bounds).send(request, RawExchange.window(options));
  }

  /** A call is about to be sent; see {@link #unanswered}. */
  void begin(ApiCall call, Sent sent) {
    requireUse();
    underWay = new UnderWay(call, sent);
  }

  /** The call that was begun last has its answer. */
  void end() {
    underWay = null;
  }

  /** What broke off was no failure where we were told to. */
  void requireNoInterrupt() {
    if (cancelled || Thread.currentThread().isInterrupted()) {
      throw new InterruptedWaitException(null);
    }
  }

  /** A call that has no answer yet. */
  private record UnderWay(ApiCall call, Sent sent) {}

  /**
   * The call that changes something, may have arrived, and has no answer: the one under way, or the
   * one that was broken off by {@link #cancel}; null if there is none.
   */
  ApiCall unanswered() {
    UnderWay last = underWay;
    boolean open = last != null && last.call().changes() && last.sent().mayHaveLeft();
    return open ? last.call() : null;
  }

  /** What a server says, fit for a message. */
  String words(String text) {
    return failures.words(text);
  }

  private String send(ApiCall call, RequestBody content, Duration limit) {
    Deadline window = Deadline.in(RETRY_WINDOW, options.sleeper());
    for (int tries = 1; ; tries++) {
      Sent sent = new Sent();
      begin(call, sent);
      try (Response response = execute(call, request(call, content, sent), limit)) {
        if (response.isSuccessful()) {
          String whole = whole(call, response);
          underWay = null;
          return whole;
        }
        String body = response.peekBody(ERROR_LIMIT).string();
        underWay = null;
        if (isGone(call, response, tries)) {
          return body;
        }
        ApiException failure = failures.of(call, response, body);
        boolean again =
            RetryPolicy.mayPass(response.code(), call.method())
                && (call.repeatable() || response.code() == 429)
                && !window.passed();
        pauseOrThrow(failure, again, tries, response.header("Retry-After"));
      } catch (InterruptedException interrupt) {
        Thread.currentThread().interrupt();
        throw new InterruptedWaitException(null);
      } catch (LocalFileException file) {
        throw new CliException(ErrorKind.FILE, file.getMessage(), "nothing was submitted", file);
      } catch (IOException broken) {
        requireNoInterrupt();
        boolean safe = call.repeatable() || !sent.mayHaveLeft();
        boolean late = broken instanceof InterruptedIOException;
        if (safe && !late && tries == 1 && sent.wentOldWay()) {
          // The server had closed a connection that was kept; a new one is no second try.
          clients.dropIdle();
          continue;
        }
        // Who did not answer in time would not the next time, and our user has waited enough.
        boolean hopeless = late || ApiFailures.isUntrusted(broken);
        boolean again = safe && !hopeless && !window.passed();
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

  /**
   * Sends a request, and follows redirects that stay with the same server. Names what OkHttp throws
   * while it connects, too: Kotlin need not declare that.
   */
  Response execute(ApiCall what, Request first, Duration limit)
      throws IOException, InterruptedException {
    Request request = first;
    for (int redirects = 0; ; redirects++) {
      Call call = clients.client(what).newCall(request);
      call.timeout().timeout(limit.toMillis(), TimeUnit.MILLISECONDS);
      Response response = call.execute();
      if (!response.isRedirect()) {
        return response;
      }
      response.close();
      HttpUrl target = Redirect.target(response);
      if (target == null) {
        throw failures.redirected(what, response);
      }
      if (redirects == MOST_REDIRECTS) {
        throw failures.redirectedTooOften(what, MOST_REDIRECTS);
      }
      request = request.newBuilder().url(target).build();
    }
  }

  private String whole(ApiCall call, Response response) throws IOException {
    long limit = bounds.bytes(call);
    ResponseBody body = response.body();
    if (body.contentLength() > limit || body.source().request(limit + 1)) {
      throw failures.tooLarge(call, limit);
    }
    return body.string();
  }

  /** Whether an earlier try has deleted it, whose answer was lost. */
  private static boolean isGone(ApiCall call, Response response, int tries) {
    return tries > 1 && call.method().equals("DELETE") && response.code() == 404;
  }

  void pauseOrThrow(ApiException failure, boolean again, int tries, String retryAfter) {
    Optional<Duration> pause = again ? policy.pause(tries, retryAfter) : Optional.empty();
    if (pause.isEmpty()) {
      underWay = null;
      throw failure;
    }
    options.debug().accept("try " + tries + " failed: " + failure.getMessage());
    if (tries >= 2 && isNoteDue()) {
      options.notes().accept(failure.getMessage() + "; trying again");
    }
    try {
      options.sleeper().sleep(pause.get());
    } catch (InterruptedException interrupt) {
      Thread.currentThread().interrupt();
      throw new InterruptedWaitException(null);
    }
  }

  /** Whoever waits by calls that fail again and again needs no line for each of them. */
  private synchronized boolean isNoteDue() {
    boolean due = sinceNote == null || sinceNote.passed();
    if (due) {
      sinceNote = Deadline.in(BETWEEN_NOTES, options.sleeper());
    }
    return due;
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
        .tag(Thread.class, Thread.currentThread())
        .build();
  }

  private static RequestBody body(ApiCall call) {
    if (call.body() != null) {
      return RequestBody.create(Json.write(call.body()), JSON);
    }
    boolean none = call.method().equals("GET") || call.method().equals("DELETE");
    return none ? null : RequestBody.create(new byte[0], null);
  }

  /** Breaks off the call of a thread, if it makes one; it fails as interrupted. */
  void breakOff(Thread caller) {
    // In this order: whoever is not interrupted would try again.
    caller.interrupt();
    clients.cancel(caller);
  }

  /** Breaks off what is under way; from now on every call fails as interrupted. */
  void cancel() {
    cancelled = true;
    clients.cancelAll();
  }

  @Override
  public void close() {
    closed = true;
    clients.close();
  }
}
