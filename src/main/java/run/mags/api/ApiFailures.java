package run.mags.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.Locale;
import javax.net.ssl.SSLException;
import okhttp3.HttpUrl;
import okhttp3.Response;
import run.mags.api.model.Fields;
import run.mags.api.model.Json;
import run.mags.error.ErrorKind;

/** Puts failed calls into words. */
final class ApiFailures {
  private final HttpUrl base;

  ApiFailures(HttpUrl base) {
    this.base = base;
  }

  /** An answer of success whose body is not JSON. */
  ApiException notJson(ApiCall call) {
    return new ApiException(
        ErrorKind.BAD_ANSWER,
        "cannot " + call.what() + ": the answer of " + base.host() + " is not JSON",
        "check MAGS_API_URL, or a proxy in between",
        null,
        null,
        false,
        null);
  }

  /** What a status and its body mean; the body need not be JSON (spec: rest-api, "Transport"). */
  ApiException of(ApiCall call, Response response, String body) {
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

  /** What a call without an answer means; {@code mayHaveLeft} tells whether it may have arrived. */
  ApiException of(ApiCall call, IOException broken, boolean mayHaveLeft) {
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
      hint = "look before trying again: " + call.look();
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
}
