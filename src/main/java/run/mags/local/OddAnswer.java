package run.mags.local;

import java.time.Duration;
import java.util.Objects;
import run.mags.api.model.Json;

/**
 * An answer that a backend gives in place of the right one, or in the place of any answer.
 *
 * @param method the method of the requests that get it; empty for all
 * @param path a part of their path; empty for all
 * @param times how many of them get it, from 1
 * @param delay how long they wait for it
 * @param kind what it is
 * @param status its status, where it is an {@link Kind#ANSWER}
 * @param contentType its media type, where it is an {@link Kind#ANSWER}
 * @param body its body, where it is an {@link Kind#ANSWER}
 * @param retryAfter the header {@code Retry-After}; empty for none
 */
public record OddAnswer(
    String method,
    String path,
    int times,
    Duration delay,
    Kind kind,
    int status,
    String contentType,
    String body,
    String retryAfter) {

  /** What happens to a request. */
  public enum Kind {
    /** It is not carried out and gets the answer that is given here. */
    ANSWER,
    /** It is not carried out, and the connection is closed. */
    DROP_BEFORE,
    /** It is carried out, and the connection is closed without an answer. */
    DROP_AFTER,
    /** It is carried out, and the connection is closed in the middle of the answer's body. */
    TORN,
    /** It is carried out and answered, only later. */
    LATE
  }

  private static final String JSON = "application/json";

  /** Checks that nothing is null, and the numbers. */
  public OddAnswer {
    Objects.requireNonNull(method, "method");
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(contentType, "contentType");
    Objects.requireNonNull(body, "body");
    Objects.requireNonNull(retryAfter, "retryAfter");
    if (times < 1 || delay.isNegative() || status < 200 || status > 599) {
      throw new IllegalArgumentException(
          "times must be at least 1, delay not negative, status from 200 to 599");
    }
  }

  private static OddAnswer of(Kind kind, int status, String contentType, String body) {
    return new OddAnswer("", "", 1, Duration.ZERO, kind, status, contentType, body, "");
  }

  /** An error of the API: a JSON body with this text. */
  public static OddAnswer error(int status, String text) {
    return of(Kind.ANSWER, status, JSON, Json.write(Json.object().put("error", text)));
  }

  /** Any answer. */
  public static OddAnswer answer(int status, String contentType, String body) {
    return of(Kind.ANSWER, status, contentType, body);
  }

  /** What the CDN in front of the service says when it was silent for 100 s. */
  public static OddAnswer cutOff() {
    return of(Kind.ANSWER, 524, "text/plain; charset=UTF-8", "error code: 524");
  }

  /** A connection that is closed before the request was carried out. */
  public static OddAnswer dropBefore() {
    return of(Kind.DROP_BEFORE, 200, JSON, "");
  }

  /** A connection that is closed after the request was carried out. */
  public static OddAnswer dropAfter() {
    return of(Kind.DROP_AFTER, 200, JSON, "");
  }

  /** A connection that is closed in the middle of the right answer. */
  public static OddAnswer torn() {
    return of(Kind.TORN, 200, JSON, "");
  }

  /** The right answer, late. */
  public static OddAnswer late(Duration delay) {
    return of(Kind.LATE, 200, JSON, "").after(delay);
  }

  /** The same for requests of this method whose path has {@code part} in it. */
  public OddAnswer to(String newMethod, String part) {
    return new OddAnswer(
        newMethod, part, times, delay, kind, status, contentType, body, retryAfter);
  }

  /** The same for so many requests. */
  public OddAnswer times(int count) {
    return new OddAnswer(method, path, count, delay, kind, status, contentType, body, retryAfter);
  }

  /** The same after some time. */
  public OddAnswer after(Duration newDelay) {
    return new OddAnswer(
        method, path, times, newDelay, kind, status, contentType, body, retryAfter);
  }

  /** The same with this header {@code Retry-After}. */
  public OddAnswer retryAfter(String value) {
    return new OddAnswer(method, path, times, delay, kind, status, contentType, body, value);
  }

  /** Whether a request is one of those that get it. */
  boolean fits(String itsMethod, String itsPath) {
    return (method.isEmpty() || method.equals(itsMethod)) && itsPath.contains(path);
  }
}
