package run.mags.schedule;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Month;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;

/**
 * The times that a cron expression names: five fields (minute, hour, day of month, month, day of
 * week) as Vixie cron reads them, or {@code @hourly}, {@code @daily}, {@code @midnight}, {@code
 * @weekly}, {@code @monthly}, {@code @yearly}, {@code @annually}.
 *
 * <ul>
 *   <li>A range of days of the week may go past the end of the week, by numbers as by names: {@code
 *       FRI-MON} and {@code 5-1} are Friday to Monday. No other range may run backwards.
 *   <li>When neither day field begins with {@code *}, a day counts if either of them allows it;
 *       otherwise both have to.
 *   <li>When clocks go forward, a time in an hour that does not exist comes once, at the moment of
 *       the change; when they go back, a time that comes twice counts the first time. But where the
 *       hour field begins with {@code *}, the schedule follows elapsed time: it leaves out what
 *       does not exist, and counts what comes twice twice.
 * </ul>
 */
public final class Schedule {
  /** The zone of the service's schedules (assumed: nothing public names it). */
  public static final ZoneId ZONE = ZoneOffset.UTC;

  private static final Map<String, String> MACROS =
      Map.of(
          "@hourly", "0 * * * *",
          "@daily", "0 0 * * *",
          "@midnight", "0 0 * * *",
          "@weekly", "0 0 * * 0",
          "@monthly", "0 0 1 * *",
          "@yearly", "0 0 1 1 *",
          "@annually", "0 0 1 1 *");

  /** A Sunday 29 February comes after 40 years at the latest; nothing is rarer. */
  private static final int LONGEST_WAIT_YEARS = 41;

  private final String expression;
  private final BitSet minutes;
  private final BitSet hours;
  private final BitSet daysOfMonth;
  private final BitSet months;
  private final BitSet daysOfWeek;
  private final boolean eitherDay;
  private final boolean fixedHours;

  private Schedule(String[] fields) {
    expression = String.join(" ", fields);
    minutes = CronField.MINUTE.read(fields[0]);
    hours = CronField.HOUR.read(fields[1]);
    daysOfMonth = CronField.DAY_OF_MONTH.read(fields[2]);
    months = CronField.MONTH.read(fields[3]);
    daysOfWeek = CronField.DAY_OF_WEEK.read(fields[4]);
    eitherDay = !fields[2].startsWith("*") && !fields[4].startsWith("*");
    fixedHours = !fields[1].startsWith("*");
  }

  /**
   * Reads a cron expression; blanks around it do not matter.
   *
   * @throws CliException of kind {@link ErrorKind#USAGE} if it is none, belongs to another dialect,
   *     has a value out of range, or names a day that never comes; the message says which
   */
  public static Schedule parse(String expression) {
    String text = expression.strip();
    try {
      String[] fields = fields(text);
      Schedule schedule = new Schedule(fields);
      if (!schedule.everComes()) {
        throw new IllegalArgumentException(
            "that day never comes: none of its months has a day " + fields[2]);
      }
      return schedule;
    } catch (IllegalArgumentException e) {
      throw new CliException(
          ErrorKind.USAGE,
          "cron expression '%s': %s".formatted(text, e.getMessage()),
          "five fields are wanted, as in '30 2 * * 1-5', or one of @hourly, @daily, @weekly,"
              + " @monthly, @yearly");
    }
  }

  private static String[] fields(String text) {
    if (text.startsWith("@")) {
      String macro = MACROS.get(text.toLowerCase(Locale.ROOT));
      if (macro == null) {
        throw new IllegalArgumentException("there is no such shorthand here");
      }
      return macro.split(" ", -1);
    }
    String[] fields = text.split("\\s+", -1);
    if (text.isEmpty() || fields.length < 5) {
      throw new IllegalArgumentException(
          "it has %d of the 5 fields minute, hour, day of month, month, day of week"
              .formatted(text.isEmpty() ? 0 : fields.length));
    }
    if (fields.length > 5) {
      throw new IllegalArgumentException(
          "it has %d fields instead of 5%s"
              .formatted(
                  fields.length,
                  fields.length <= 7 ? "; there are none for seconds and years here" : ""));
    }
    return fields;
  }

  private boolean everComes() {
    return eitherDay
        || months.stream()
            .anyMatch(month -> daysOfMonth.nextSetBit(0) <= Month.of(month).maxLength());
  }

  /** The schedule as five fields with one blank between them; shorthands are written out. */
  public String expression() {
    return expression;
  }

  /** The first of its times that is later than {@code after}; empty at the end of all time. */
  public Optional<Instant> next(Instant after, ZoneId zone) {
    try {
      return Optional.ofNullable(search(after, zone.getRules()));
    } catch (java.time.DateTimeException tooFar) {
      return Optional.empty();
    }
  }

  /** The first {@code count} of its times that are later than {@code after}, in their order. */
  public List<Instant> next(Instant after, ZoneId zone, int count) {
    List<Instant> times = new ArrayList<>();
    Optional<Instant> time = next(after, zone);
    while (time.isPresent() && times.size() < count) {
      times.add(time.get());
      time = next(time.get(), zone);
    }
    return times;
  }

  /** From one change of the clocks to the next, local time runs evenly: one such piece a round. */
  private Instant search(Instant after, ZoneRules rules) {
    ZoneOffset offset = rules.getOffset(after);
    LocalDateTime from = LocalDateTime.ofEpochSecond(after.getEpochSecond(), 0, offset);
    LocalDateTime end = from.plusYears(LONGEST_WAIT_YEARS);
    ZoneOffsetTransition last = rules.previousTransition(after.plusNanos(1));
    if (last != null) {
      from = pastRepeated(last, from);
    }
    ZoneOffsetTransition change = rules.nextTransition(after);
    while (change != null && from.isBefore(end)) {
      LocalDateTime found = nextLocal(from, change.getDateTimeBefore());
      if (found != null) {
        return found.toInstant(offset);
      }
      if (fixedHours
          && change.isGap()
          && nextLocal(minuteBefore(change.getDateTimeBefore()), change.getDateTimeAfter())
              != null) {
        return change.getInstant();
      }
      offset = change.getOffsetAfter();
      from = pastRepeated(change, minuteBefore(change.getDateTimeAfter()));
      change = rules.nextTransition(change.getInstant());
    }
    LocalDateTime found = nextLocal(from, end);
    return found == null ? null : found.toInstant(offset);
  }

  /** After clocks went back, the time that comes a second time does not count again. */
  private LocalDateTime pastRepeated(ZoneOffsetTransition change, LocalDateTime from) {
    if (!fixedHours || !change.isOverlap()) {
      return from;
    }
    LocalDateTime lastRepeated = minuteBefore(change.getDateTimeBefore());
    return from.isBefore(lastRepeated) ? lastRepeated : from;
  }

  private static LocalDateTime minuteBefore(LocalDateTime time) {
    return time.minusMinutes(1);
  }

  /** The first matching minute that begins after {@code from} and before {@code end}, or null. */
  private LocalDateTime nextLocal(LocalDateTime from, LocalDateTime end) {
    LocalDateTime first = from.truncatedTo(ChronoUnit.MINUTES).plusMinutes(1);
    LocalDate day = first.toLocalDate();
    LocalTime earliest = first.toLocalTime();
    while (day.atTime(earliest).isBefore(end)) {
      LocalTime time = allows(day) ? nextTime(earliest) : null;
      if (time != null) {
        LocalDateTime found = day.atTime(time);
        return found.isBefore(end) ? found : null;
      }
      day = day.plusDays(1);
      earliest = LocalTime.MIDNIGHT;
    }
    return null;
  }

  private LocalTime nextTime(LocalTime earliest) {
    for (int hour = hours.nextSetBit(earliest.getHour());
        hour >= 0;
        hour = hours.nextSetBit(hour + 1)) {
      int minute = minutes.nextSetBit(hour == earliest.getHour() ? earliest.getMinute() : 0);
      if (minute >= 0) {
        return LocalTime.of(hour, minute);
      }
    }
    return null;
  }

  private boolean allows(LocalDate day) {
    if (!months.get(day.getMonthValue())) {
      return false;
    }
    boolean inMonth = daysOfMonth.get(day.getDayOfMonth());
    boolean inWeek = daysOfWeek.get(day.getDayOfWeek().getValue() % 7);
    return eitherDay ? inMonth || inWeek : inMonth && inWeek;
  }
}
