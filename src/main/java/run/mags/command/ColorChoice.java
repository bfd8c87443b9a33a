package run.mags.command;

import java.util.Map;
import java.util.Optional;
import run.mags.config.EnvVar;
import run.mags.terminal.Terminal;

/** Which colours the user wants. */
public enum ColorChoice {
  /** Colour on a terminal. */
  auto,
  /** Colour everywhere. */
  always,
  /** No colour. */
  never;

  /**
   * Whether the output is to be coloured: this choice wins, then {@code NO_COLOR}, {@code
   * CLICOLOR_FORCE} and {@code TERM=dumb}, then whether stdout is a terminal.
   */
  public boolean colors(Map<String, String> env, Terminal terminal) {
    if (this != auto) {
      return this == always;
    }
    if (EnvVar.NO_COLOR.in(env).isPresent()) {
      return false;
    }
    Optional<String> force = EnvVar.CLICOLOR_FORCE.in(env);
    if (force.isPresent() && !force.get().equals("0")) {
      return true;
    }
    return !"dumb".equals(env.get("TERM")) && terminal.outIsTerminal();
  }
}
