package run.mags.command.option;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A count: a whole number above 0. */
public final class CountConverter implements ITypeConverter<Integer> {
  @Override
  public Integer convert(String text) {
    boolean digits = !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    if (digits && text.length() < 10 && Integer.parseInt(text) > 0) {
      return Integer.valueOf(text);
    }
    throw new TypeConversionException("'" + text + "' is not a whole number above 0");
  }
}
