package run.mags.command;

import java.util.Locale;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.terminal.Terminal;

/** Asks before something is deleted. */
public final class Confirmation {
  private Confirmation() {}

  /**
   * Asks, and returns only after a yes.
   *
   * @param what what would happen, as in "this removes …", for when there is nobody to ask
   * @param question the question without its end
   * @param command the command line that does it without a question
   * @throws CliException (USAGE) if there is nobody to ask, (REFUSED) if the answer is no
   */
  public static void ask(CliContext cli, String what, String question, String command) {
    Terminal terminal = cli.output().terminal();
    if (!terminal.canAsk()) {
      throw new CliException(
          ErrorKind.USAGE,
          what + ", and there is nobody to ask",
          "to do it without a question: " + command);
    }
    String answer = terminal.readLine(question + "? [y/N] ");
    String word = answer == null ? "" : answer.strip().toLowerCase(Locale.ROOT);
    if (!word.equals("y") && !word.equals("yes")) {
      throw new CliException(ErrorKind.REFUSED, "nothing was removed");
    }
  }
}
