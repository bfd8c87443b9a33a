package run.mags.command.option;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A disk size: a whole number of GB above 0, with no unit. */
public final class DiskConverter implements ITypeConverter<Integer> {
  @Override
  public Integer convert(String text) {
    boolean digits = !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    if (digits && text.length() < 8 && Integer.parseInt(text) > 0) {
      return Integer.valueOf(text);
    }
    throw new TypeConversionException(
        "'" + text + "' is not a whole number of GB above 0; write --disk 10 for 10 GB");
  }
}
