package run.mags.command;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.function.IntConsumer;
import run.mags.terminal.Signals;
import run.mags.terminal.Terminal;
import run.mags.wait.Sleeper;

/**
 * The outside world, as far as this program touches it.
 *
 * @param terminal the standard streams
 * @param env the environment variables
 * @param home the user's home directory
 * @param cwd the working directory, against which relative paths are taken
 * @param clock the time of day
 * @param sleeper pauses and the monotonic clock
 * @param signals the signals that arrive
 * @param exit ends the process at once with an exit code, for when an orderly end is not wanted
 */
public record Host(
    Terminal terminal,
    Map<String, String> env,
    Path home,
    Path cwd,
    Clock clock,
    Sleeper sleeper,
    Signals signals,
    IntConsumer exit) {

  /** The environment stays out of logs: it holds tokens. */
  @Override
  public String toString() {
    return "Host[cwd=" + cwd + "]";
  }
}
