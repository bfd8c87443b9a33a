package run.mags.command.option;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A time such as {@code 500ms}, {@code 30s}, {@code 5m}, {@code 2h}, {@code 1d}; bare = seconds.
 */
public final class DurationConverter implements ITypeConverter<Duration> {
  private static final Pattern FORM = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)?");

  @Override
  public Duration convert(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new TypeConversionException(
          "'" + text + "' is not a time; write 30s, 5m, 2h or 500ms (a bare number is seconds)");
    }
    long number = Long.parseLong(matcher.group(1));
    Duration duration =
        switch (String.valueOf(matcher.group(2))) {
          case "ms" -> Duration.ofMillis(number);
          case "m" -> Duration.ofMinutes(number);
          case "h" -> Duration.ofHours(number);
          case "d" -> Duration.ofDays(number);
          default -> Duration.ofSeconds(number);
        };
    if (duration.isZero()) {
      throw new TypeConversionException("'" + text + "' is no time at all; it must be above 0");
    }
    return duration;
  }
}
