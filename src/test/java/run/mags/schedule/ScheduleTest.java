package run.mags.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;

/** Which times a cron expression names. */
class ScheduleTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "* * * * *        | 2026-01-01T00:01 2026-01-01T00:02",
        "*/15 * * * *     | 2026-01-01T00:15 2026-01-01T00:30",
        "5-20/5 3 * * *   | 2026-01-01T03:05 2026-01-01T03:10 2026-01-01T03:15 2026-01-01T03:20",
        "50/4 * * * *     | 2026-01-01T00:50 2026-01-01T00:54 2026-01-01T00:58 2026-01-01T01:50",
        "1,3,2 0 * * *    | 2026-01-01T00:01 2026-01-01T00:02 2026-01-01T00:03 2026-01-02T00:01",
        "0 0 1 1 *        | 2027-01-01T00:00 2028-01-01T00:00",
        "59 23 31 12 *    | 2026-12-31T23:59 2027-12-31T23:59",
        "0 0 31 * *       | 2026-01-31T00:00 2026-03-31T00:00 2026-05-31T00:00",
        "0 0 29 2 *       | 2028-02-29T00:00 2032-02-29T00:00",
        "0 0 * * 0        | 2026-01-04T00:00 2026-01-11T00:00",
        "0 0 * * 7        | 2026-01-04T00:00 2026-01-11T00:00",
        "0 0 * * SUN      | 2026-01-04T00:00 2026-01-11T00:00",
        "0 0 * * fri-sun  | 2026-01-02T00:00 2026-01-03T00:00 2026-01-04T00:00 2026-01-09T00:00",
        "0 0 * * 5-1      | 2026-01-02T00:00 2026-01-03T00:00 2026-01-04T00:00 2026-01-05T00:00 2026-01-09T00:00",
        "0 0 * * FRI-MON  | 2026-01-02T00:00 2026-01-03T00:00 2026-01-04T00:00 2026-01-05T00:00 2026-01-09T00:00",
        "0 0 * * 6-0      | 2026-01-03T00:00 2026-01-04T00:00 2026-01-10T00:00",
        "0 0 * * 7-1      | 2026-01-04T00:00 2026-01-05T00:00 2026-01-11T00:00",
        "0 0 * * 0-0      | 2026-01-04T00:00 2026-01-11T00:00",
        "0 0 * * 5-1/3    | 2026-01-02T00:00 2026-01-05T00:00 2026-01-09T00:00",
        "0 0 * * 5-7      | 2026-01-02T00:00 2026-01-03T00:00 2026-01-04T00:00 2026-01-09T00:00",
        "0 0 * * Mon,WED  | 2026-01-05T00:00 2026-01-07T00:00 2026-01-12T00:00",
        "0 0 1 Feb-apr *  | 2026-02-01T00:00 2026-03-01T00:00 2026-04-01T00:00 2027-02-01T00:00",
        "0 0 13 * FRI     | 2026-01-02T00:00 2026-01-09T00:00 2026-01-13T00:00 2026-01-16T00:00",
        "0 0 30 2 MON     | 2026-02-02T00:00 2026-02-09T00:00",
        "0 0 */2 * 1      | 2026-01-05T00:00 2026-01-19T00:00",
        "0 0 13 * */5     | 2026-02-13T00:00 2026-03-13T00:00 2026-09-13T00:00",
        "@hourly          | 2026-01-01T01:00 2026-01-01T02:00",
        "@daily           | 2026-01-02T00:00 2026-01-03T00:00",
        "@MIDNIGHT        | 2026-01-02T00:00 2026-01-03T00:00",
        "@weekly          | 2026-01-04T00:00 2026-01-11T00:00",
        "@monthly         | 2026-02-01T00:00 2026-03-01T00:00",
        "@yearly          | 2027-01-01T00:00 2028-01-01T00:00",
        "@annually        | 2027-01-01T00:00 2028-01-01T00:00"
      })
  void theNextTimesInUtc(String expression, String times) {
    List<Instant> expected =
        List.of(times.split(" ", -1)).stream().map(time -> Instant.parse(time + ":00Z")).toList();

    assertThat(
            Schedule.parse(expression)
                .next(Instant.parse("2026-01-01T00:00:00Z"), Schedule.ZONE, expected.size()))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "0 0 30 2 *        | never comes",
        "0 0 31 4,6,9,11 * | never comes",
        "0 0 31 2 */2      | never comes",
        "60 * * * *        | 60 in the minute field is not from 0 to 59",
        "* 24 * * *        | 24 in the hour field is not from 0 to 23",
        "* * 0 * *         | 0 in the day of month field is not from 1 to 31",
        "* * * 13 *        | 13 in the month field is not from 1 to 12",
        "* * * * 8         | 8 in the day of week field is not from 0 to 7",
        "*/0 * * * *       | the step 0 in the minute field is not from 1 to 59",
        "*/90 * * * *      | the step 90 in the minute field",
        "5-1 * * * *       | the range 5-1 in the minute field runs backwards",
        "* * * dec-jan *   | runs backwards",
        "0 0 * * * *       | it has 6 fields instead of 5; there are none for seconds and years",
        "0 0 * * * * 2026  | it has 7 fields instead of 5; there are none for seconds and years",
        "a b c d e f g h   | it has 8 fields instead of 5",
        "0 0 * *           | it has 4 of the 5 fields",
        "\"\"                | it has 0 of the 5 fields",
        "@reboot           | there is no such shorthand",
        "@every 5m         | there is no such shorthand",
        "0 0 L * *         | 'L' in the day of month field belongs to another dialect",
        "0 0 15W * *       | '15W' in the day of month field belongs to another dialect",
        "0 0 ? * 1         | '?' in the day of month field belongs to another dialect",
        "0 0 * * 5L        | '5L' in the day of week field belongs to another dialect",
        "0 0 * * 1#2       | '1#2' in the day of week field belongs to another dialect",
        "x * * * *         | 'x' in the minute field is no number, range or step",
        "* * * foo *       | 'foo' in the month field is no number, name, range or step",
        "mon * * * *       | 'mon' in the minute field is no number",
        "-5 * * * *        | in the minute field is no number",
        "1- * * * *        | in the minute field is no number",
        "1-2-3 * * * *     | '1-2-3' in the minute field is no number",
        "1/2/3 * * * *     | '1/2/3' in the minute field is no number",
        "1,,2 * * * *      | '' in the minute field is no number",
        "99999999999 * * * * | in the minute field is no number",
        "\u0661 * * * *    | in the minute field is no number"
      })
  void whatIsNoScheduleIsRefusedInOneSentence(String expression, String reason) {
    CliException refusal =
        catchThrowableOfType(CliException.class, () -> Schedule.parse(expression));

    assertThat(refusal).hasMessageContaining(reason).hasMessageContaining(expression);
    assertThat(refusal.getMessage()).doesNotContain("\n");
    assertThat(refusal.kind()).isEqualTo(ErrorKind.USAGE);
    assertThat(refusal.hint()).isPresent();
  }

  /** On 29 March 2026 clocks in Berlin go from 02:00 to 03:00, which is 01:00 UTC. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "30 2 * * *     | 2026-03-28T01:30 2026-03-29T01:00 2026-03-30T00:30",
        "*/20 2 * * *   | 2026-03-28T01:00 2026-03-28T01:20 2026-03-28T01:40 2026-03-29T01:00"
            + " 2026-03-30T00:00",
        "30 2 29 3 *    | 2026-03-29T01:00 2027-03-29T00:30",
        "0,30 2,3 29 * * | 2026-03-29T01:00 2026-03-29T01:30 2026-04-29T00:00",
        "0 12 * * *     | 2026-03-28T11:00 2026-03-29T10:00"
      })
  void aTimeThatClocksSkipComesAtTheChange(String expression, String times) {
    assertBerlin(expression, "2026-03-27T12:00:00Z", times);
  }

  @Test
  void everyHourSkipsTheHourThatDoesNotExist() {
    assertBerlin(
        "5 * * * *", "2026-03-28T23:30:00Z", "2026-03-29T00:05 2026-03-29T01:05 2026-03-29T02:05");
  }

  /** On 25 October 2026 clocks in Berlin go from 03:00 back to 02:00, which is 01:00 UTC. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "30 2 * * *   | 2026-10-25T00:30 2026-10-26T01:30",
        "0 2 * * *    | 2026-10-25T00:00 2026-10-26T01:00",
        "0 3 * * *    | 2026-10-25T02:00 2026-10-26T02:00",
        "*/30 2 * * * | 2026-10-25T00:00 2026-10-25T00:30 2026-10-26T01:00",
        "30 * * * *   | 2026-10-24T22:30 2026-10-24T23:30 2026-10-25T00:30 2026-10-25T01:30"
            + " 2026-10-25T02:30"
      })
  void aTimeThatComesTwiceCountsOnceUnlessEveryHourDoes(String expression, String times) {
    assertBerlin(expression, "2026-10-24T22:00:00Z", times);
  }

  /** Asking from within the second of the two hours. */
  @Test
  void theSecondOfTwoHoursStartsNothingAgain() {
    assertBerlin("30 2 * * *", "2026-10-25T01:10:00Z", "2026-10-26T01:30");
  }

  private static void assertBerlin(String expression, String after, String times) {
    List<Instant> expected =
        List.of(times.split(" ", -1)).stream().map(time -> Instant.parse(time + ":00Z")).toList();
    assertThat(Schedule.parse(expression).next(Instant.parse(after), BERLIN, expected.size()))
        .isEqualTo(expected);
  }

  @Test
  void theTimeItselfIsNotItsNextAndSecondsDoNotMatter() {
    Schedule schedule = Schedule.parse("0 * * * *");

    assertThat(schedule.next(Instant.parse("2026-01-01T10:00:00Z"), ZoneOffset.UTC))
        .contains(Instant.parse("2026-01-01T11:00:00Z"));
    assertThat(schedule.next(Instant.parse("2026-01-01T09:59:59.999Z"), ZoneOffset.UTC))
        .contains(Instant.parse("2026-01-01T10:00:00Z"));
  }

  @Test
  void theRarestDayIsFoundAcrossACenturyThatIsNoLeapYear() {
    Instant found =
        Schedule.parse("0 0 29 2 */7")
            .next(Instant.parse("2088-03-01T00:00:00Z"), ZoneOffset.UTC)
            .orElseThrow();

    assertThat(found).isEqualTo(Instant.parse("2128-02-29T00:00:00Z"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Z", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"})
  void everyMinuteIsEveryMinuteInEveryZone(String zone) {
    Schedule schedule = Schedule.parse("* * * * *");
    Instant time = Instant.parse("2026-01-01T00:00:00Z");
    for (int i = 0; i < 400_000; i++) {
      Instant next = schedule.next(time, ZoneId.of(zone)).orElseThrow();
      if (!next.equals(time.plusSeconds(60))) {
        throw new AssertionError(next + " after " + time);
      }
      time = next;
    }
  }

  /** Against a search that asks every minute by itself. */
  @Test
  void arbitrarySchedulesAgreeWithTheDefinition() {
    Random random = new Random(5);
    for (int i = 0; i < 200; i++) {
      int minute = random.nextInt(60);
      int hour = random.nextInt(24);
      int day = 1 + random.nextInt(31);
      int week = random.nextInt(7);
      Schedule schedule = Schedule.parse(minute + " " + hour + " " + day + " * " + week);
      Instant after = Instant.parse("2026-01-01T00:00:00Z").plusSeconds(random.nextInt(50_000_000));
      LocalDateTime wanted = LocalDateTime.ofInstant(after, ZoneOffset.UTC);
      LocalDate date = wanted.toLocalDate();
      while (!(date.getDayOfMonth() == day || date.getDayOfWeek().getValue() % 7 == week)
          || !date.atTime(hour, minute).isAfter(wanted)) {
        date = date.plusDays(1);
      }
      assertThat(schedule.next(after, ZoneOffset.UTC))
          .contains(date.atTime(hour, minute).toInstant(ZoneOffset.UTC));
    }
  }

  @Test
  void atTheEndOfTimeThereIsNone() {
    assertThat(Schedule.parse("* * * * *").next(Instant.MAX, ZoneOffset.UTC)).isEmpty();
  }
}
