package run.mags.testing;

import java.util.regex.Pattern;
import org.assertj.core.api.AbstractAssert;

/** Says what is wrong with a {@link CliResult} and always shows all of it. */
public final class CliResultAssert extends AbstractAssert<CliResultAssert, CliResult> {
  private CliResultAssert(CliResult actual) {
    super(actual, CliResultAssert.class);
  }

  /** Begins an assertion. */
  public static CliResultAssert assertThat(CliResult actual) {
    return new CliResultAssert(actual);
  }

  /** The exit code is {@code code}. */
  public CliResultAssert exits(int code) {
    isNotNull();
    if (actual.exitCode() != code) {
      throw failureWithActualExpected(
          actual.exitCode(), code, "expected exit code %d but got %s", code, actual);
    }
    return this;
  }

  /** Stdout is exactly {@code text}. */
  public CliResultAssert prints(String text) {
    return same("stdout", actual.out(), text);
  }

  /** Nothing is on stdout. */
  public CliResultAssert printsNothing() {
    return prints("");
  }

  /** Somewhere in stdout is a match of {@code regex}; ^ and $ match at every line. */
  public CliResultAssert printsMatch(String regex) {
    return found("stdout", actual.out(), regex);
  }

  /** Stderr is exactly {@code text}. */
  public CliResultAssert warns(String text) {
    return same("stderr", actual.err(), text);
  }

  /** Nothing is on stderr. */
  public CliResultAssert warnsNothing() {
    return warns("");
  }

  /** Somewhere in stderr is a match of {@code regex}; ^ and $ match at every line. */
  public CliResultAssert warnsMatch(String regex) {
    return found("stderr", actual.err(), regex);
  }

  /** Standard error has this in it. */
  public CliResultAssert warnsOf(String part) {
    return warnsMatch(Pattern.quote(part));
  }

  private CliResultAssert same(String stream, String text, String expected) {
    isNotNull();
    if (!text.equals(expected)) {
      throw failureWithActualExpected(
          text, expected, "expected on %s:%n%s%nbut got %s", stream, expected, actual);
    }
    return this;
  }

  private CliResultAssert found(String stream, String text, String regex) {
    isNotNull();
    if (!Pattern.compile(regex, Pattern.MULTILINE).matcher(text).find()) {
      throw failure("expected a match of %s on %s but got %s", regex, stream, actual);
    }
    return this;
  }
}
