package run.mags.command;

import run.mags.error.CliException;
import run.mags.terminal.Printable;

/** A failure as a workflow command of GitHub Actions, which shows it beside the run. */
final class Annotation {
  private Annotation() {}

  /** The line; nothing in it can begin another command. */
  static String of(CliException failure) {
    String text = Printable.text(failure.getMessage());
    if (failure.hint().isPresent()) {
      text += "\nhint: " + Printable.text(failure.hint().get());
    }
    return "::error title=mags " + failure.kind().word() + "::" + escaped(text);
  }

  /** Per cent signs and line ends, as GitHub wants them in the data of a command. */
  private static String escaped(String text) {
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A");
  }
}
