package run.mags.command.local;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;
import run.mags.local.sandbox.IsolationChoice;

/** An isolation by its word. */
final class IsolationConverter implements ITypeConverter<IsolationChoice> {
  @Override
  public IsolationChoice convert(String word) {
    return IsolationChoice.of(word)
        .orElseThrow(
            () ->
                new TypeConversionException("'" + word + "' is none of auto, ns, flat and plain"));
  }
}
