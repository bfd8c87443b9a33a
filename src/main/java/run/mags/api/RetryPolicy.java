package run.mags.api;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/**
 * When a failed call is tried again, and after how long: at most four tries, pauses of 0.25 s, 0.5
 * s and 1 s give or take a quarter, or what the server asks for by {@code Retry-After} up to 20 s.
 * A server that wants a longer pause is not asked again.
 */
final class RetryPolicy {
  static final int MOST_TRIES = 4;
  private static final Duration FIRST = Duration.ofMillis(250);
  private static final Duration LONGEST_ASKED_FOR = Duration.ofSeconds(20);

  private final Clock clock;
  private final DoubleSupplier random;

  /** {@code random} gives numbers from 0 to 1. */
  RetryPolicy(Clock clock, DoubleSupplier random) {
    this.clock = clock;
    this.random = random;
  }

  /** Whether a status is one that passes by itself (520–524 come from the CDN in front). */
  static boolean isTransient(int status) {
    return status == 429
        || status == 502
        || status == 503
        || status == 504
        || (status >= 520 && status <= 524);
  }

  /**
   * Whether a call that got this status is worth another try. What only looks is: there any failure
   * of the server may pass (but 501 and 505, which say that it cannot do it at all).
   */
  static boolean mayPass(int status, String method) {
    boolean servers = status >= 500 && status != 501 && status != 505;
    return isTransient(status) || (servers && method.equals("GET"));
  }

  /**
   * The pause before the next try.
   *
   * @param triesMade how many were made, from 1
   * @param retryAfter the header of that name, or null
   * @return empty when there is to be no further try
   */
  Optional<Duration> pause(int triesMade, String retryAfter) {
    if (triesMade >= MOST_TRIES) {
      return Optional.empty();
    }
    Optional<Duration> asked = parse(retryAfter);
    if (asked.isPresent()) {
      return asked.filter(pause -> pause.compareTo(LONGEST_ASKED_FOR) <= 0);
    }
    double spread = 0.75 + random.getAsDouble() / 2;
    return Optional.of(
        Duration.ofMillis(Math.round(FIRST.toMillis() * (1 << (triesMade - 1)) * spread)));
  }

  /** Seconds, or a date (RFC 9110, section 10.2.3). */
  private Optional<Duration> parse(String retryAfter) {
    if (retryAfter == null) {
      return Optional.empty();
    }
    String text = retryAfter.trim();
    try {
      if (!text.isEmpty() && text.length() < 10 && text.chars().allMatch(Character::isDigit)) {
        return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
      }
      Instant date = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration pause = Duration.between(clock.instant(), date);
      return Optional.of(pause.isNegative() ? Duration.ZERO : pause);
    } catch (DateTimeException neither) {
      return Optional.empty();
    }
  }
}
