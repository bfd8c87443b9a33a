package run.mags.command.local;

import java.util.function.Consumer;
import run.mags.command.CliContext;

/**
 * Tells the user what a wait for the backend is for. A class of its own, as commands with {@code
 * --local} pass by here at their start, where a lambda would cost more than it.
 *
 * @param cli where it is told
 */
record BackendNotes(CliContext cli) implements Consumer<String> {
  @Override
  public void accept(String line) {
    cli.output().note(line);
  }
}
