package run.mags.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.util.Locale;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import okhttp3.HttpUrl;
import okhttp3.Response;
import run.mags.api.model.Fields;
import run.mags.api.model.Json;
import run.mags.error.ErrorKind;

/** Puts failed calls into words. */
final class ApiFailures {
  private static final String CHECK = "check MAGS_API_URL, or a proxy in between";

  /** What a server says is shown so far, in characters. */
  private static final int LONGEST = 500;

  /** A shorter one is no secret, and might be part of any word. */
  private static final int SHORTEST_TOKEN = 8;

  private final HttpUrl base;
  private final String token;
  private final String proxy;
  private final Consumer<String> debug;

  /** The token of {@code options} is never shown; the whole of texts goes to its debug. */
  ApiFailures(HttpUrl base, ApiOptions options) {
    this.base = base;
    this.token = options.token();
    this.proxy = Proxying.isUsed(options.route(), base) ? options.route().proxy().toString() : null;
    this.debug = options.debug();
  }

  /** An answer of success whose body is not JSON. */
  ApiException notJson(ApiCall call) {
    return badAnswer(call, "the answer of " + base.host() + " is not JSON");
  }

  /** An answer that is larger than any real one. */
  ApiException tooLarge(ApiCall call, long limit) {
    return badAnswer(
        call, "the answer of " + base.host() + " is larger than " + (limit >> 20) + " MiB");
  }

  /** A redirect that is not followed. */
  ApiException redirected(ApiCall call, Response response) {
    HttpUrl from = response.request().url();
    HttpUrl to = Redirect.to(response);
    if (to == null) {
      return badAnswer(
          call, server(from) + " redirects to nowhere (status " + response.code() + ")");
    }
    boolean same = server(from).equals(server(to)) && from.scheme().equals(to.scheme());
    return badAnswer(
        call,
        server(from)
            + " redirects to "
            + (same ? "itself with status " + response.code() : server(to))
            + ", which is not followed");
  }

  /** Redirects without an end. */
  ApiException redirectedTooOften(ApiCall call, int redirects) {
    return badAnswer(call, base.host() + " redirects more than " + redirects + " times");
  }

  private static String server(HttpUrl url) {
    return url.port() == HttpUrl.defaultPort(url.scheme())
        ? url.scheme() + "://" + url.host()
        : url.scheme() + "://" + url.host() + ":" + url.port();
  }

  private static ApiException badAnswer(ApiCall call, String why) {
    return new ApiException(
        ErrorKind.BAD_ANSWER, "cannot " + call.what() + ": " + why, CHECK, null, null, false, null);
  }

  /**
   * What a server says, fit for a message: on one line, not longer than some lines, and without the
   * token, which a server that shows its requests would give away.
   */
  String words(String text) {
    String line = withoutToken(text).strip().replaceAll("\\s*[\r\n]+\\s*", " ");
    if (line.length() <= LONGEST) {
      return line;
    }
    debug.accept("the whole text: " + line);
    return line.substring(0, LONGEST) + " … (all of it with --debug)";
  }

  private String withoutToken(String text) {
    return token.length() < SHORTEST_TOKEN ? text : text.replace(token, "[token]");
  }

  /** What a status and its body mean; the body need not be JSON (spec: rest-api, "Transport"). */
  ApiException of(ApiCall call, Response response, String body) {
    int status = response.code();
    String said = words(said(body));
    ErrorKind kind = kind(status, said);
    String message = "cannot " + call.what() + ": ";
    String hint = null;
    switch (kind) {
      case NOT_LOGGED_IN -> {
        message = "the API refused the token" + (said.isEmpty() ? "" : ": " + said);
        hint = "run: mags login, or set MAGS_API_TOKEN; mags whoami shows which token is used";
      }
      case RATE_LIMITED -> {
        message += "the API asks to slow down (status 429)" + tail(said);
        String after = response.header("Retry-After");
        boolean seconds = after != null && after.matches("\\d{1,9}");
        hint =
            "try again "
                + (seconds
                    ? "in " + after + "s"
                    : after == null ? "in a moment" : "after " + after);
      }
      case UNAVAILABLE -> {
        message += "the API is in trouble (status " + status + ")" + tail(said);
        hint = "try again in a moment";
      }
      default -> {
        message += said.isEmpty() ? "the API answered " + status : said;
        if (status == 403) {
          hint = "the token may not do this; mags whoami shows which token is used";
        }
      }
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
      JsonNode answer = Json.read(body);
      JsonNode error = answer.path("error");
      String text = Fields.of(error.isObject() ? error : answer).text("error", "message");
      return text == null ? "" : text;
    } catch (JsonProcessingException notJson) {
      String text = body.strip();
      boolean presentable = text.length() <= 200 && !text.startsWith("<") && !text.contains("\n");
      return presentable ? text : "";
    }
  }

  /** Whether the server's certificate is why there is no connection; trying again does not help. */
  static boolean isUntrusted(IOException broken) {
    if (broken instanceof SSLPeerUnverifiedException) {
      return true;
    }
    for (Throwable cause = broken; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateException) {
        return true;
      }
    }
    return false;
  }

  /** Whether a proxy is why there is no connection: all failures before TLS begins are its. */
  private static boolean isProxys(IOException broken) {
    return !(broken instanceof SSLException)
        && !(broken instanceof InterruptedIOException
            && !(broken instanceof SocketTimeoutException));
  }

  /** What a call without an answer means; {@code mayHaveLeft} tells whether it may have arrived. */
  ApiException of(ApiCall call, IOException broken, boolean mayHaveLeft) {
    String host = base.host() + ":" + base.port();
    String why;
    String hint =
        base.isHttps()
            ? "check the network and MAGS_API_URL; mags --local works without either"
            : "check MAGS_API_URL; with --local, see: mags local status";
    if (proxy != null && !mayHaveLeft && isProxys(broken)) {
      why = "the proxy " + proxy + " does not lead to " + host + ": " + broken.getMessage();
      hint = "check HTTPS_PROXY, and NO_PROXY for what is reached without it";
    } else if (broken instanceof UnknownHostException) {
      why = "the name " + base.host() + " cannot be resolved";
    } else if (broken instanceof ConnectException) {
      why = "nobody answers at " + host;
    } else if (isUntrusted(broken)) {
      why = host + " has no certificate that is trusted here: " + broken.getMessage();
      hint = "a private CA is trusted with MAGS_CA_FILE=FILE, its certificate as PEM";
    } else if (broken instanceof SSLException) {
      why = "no trusted TLS connection to " + host + ": " + broken.getMessage();
    } else if (broken instanceof InterruptedIOException) {
      why = "no answer from " + host + " in time";
    } else {
      why = "the connection to " + host + " broke: " + broken.getMessage();
    }
    if (!call.repeatable() && mayHaveLeft) {
      why += "; whether it was done is not known";
      hint = "look before trying again: " + call.look();
    }
    return new ApiException(
        ErrorKind.UNAVAILABLE,
        "cannot " + call.what() + ": " + why,
        hint,
        null,
        null,
        (call.repeatable() || !mayHaveLeft) && !isUntrusted(broken),
        broken);
  }
}
