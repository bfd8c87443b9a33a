package run.mags.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import run.mags.error.CliException;

/** A failure while a command ran, with what the command had written by then, for JSON. */
final class CutShortException extends CliException {
  private static final long serialVersionUID = 1L;

  private final transient ObjectNode output;

  /**
   * The same failure.
   *
   * @param output the keys {@code stdout} and {@code stderr}, each with its encoding
   */
  CutShortException(CliException failure, ObjectNode output) {
    super(failure.kind(), failure.getMessage(), failure.hint().orElse(null), failure);
    this.output = output;
  }

  /** What the command had written. */
  ObjectNode output() {
    return output;
  }
}
