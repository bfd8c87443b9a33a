package run.mags.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.schedule.Schedule;

/** A cron expression is refused as wrong usage, or names a time that is yet to come. */
public final class ScheduleFuzz {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  private ScheduleFuzz() {}

  /** Tries one input. */
  public static void fuzzerTestOneInput(byte[] data) {
    String text = new String(data, UTF_8);
    Schedule schedule;
    try {
      schedule = Schedule.parse(text);
    } catch (CliException refused) {
      if (refused.kind() != ErrorKind.USAGE) {
        throw new AssertionError(refused);
      }
      return;
    }
    Optional<Instant> next = schedule.next(NOON, ZoneOffset.UTC);
    if (next.isEmpty() || !next.get().isAfter(NOON)) {
      throw new AssertionError(text + " comes at " + next);
    }
    if (!Schedule.parse(schedule.expression()).next(NOON, ZoneOffset.UTC).equals(next)) {
      throw new AssertionError(text + " is not " + schedule.expression());
    }
  }
}
