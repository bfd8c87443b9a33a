package run.mags.command.option;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A TCP port: 1 to 65535. */
public final class PortConverter implements ITypeConverter<Integer> {
  @Override
  public Integer convert(String text) {
    boolean digits = !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    if (digits && text.length() < 6) {
      int port = Integer.parseInt(text);
      if (port >= 1 && port <= 65535) {
        return port;
      }
    }
    throw new TypeConversionException("'" + text + "' is not a port from 1 to 65535");
  }
}
