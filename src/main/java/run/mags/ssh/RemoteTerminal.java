package run.mags.ssh;

import java.util.Objects;
import run.mags.terminal.WindowSize;

/**
 * A terminal for a command to run on (RFC 4254, section 6.2).
 *
 * @param type what programs know it by, as {@code TERM} has it
 * @param size its size at the beginning
 * @param settings the local terminal's as {@code stty -a} prints them; what they do not name is as
 *     usual, so empty stands for a usual terminal
 */
public record RemoteTerminal(String type, WindowSize size, String settings) {
  /** Checks that all is there. */
  public RemoteTerminal {
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(size, "size");
    Objects.requireNonNull(settings, "settings");
  }
}
