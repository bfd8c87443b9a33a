package run.mags.command.local;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;
import run.mags.local.sandbox.NetworkChoice;

/** A network by its word. */
final class NetworkConverter implements ITypeConverter<NetworkChoice> {
  @Override
  public NetworkChoice convert(String word) {
    return NetworkChoice.of(word)
        .orElseThrow(
            () -> new TypeConversionException("'" + word + "' is none of auto, host and private"));
  }
}
