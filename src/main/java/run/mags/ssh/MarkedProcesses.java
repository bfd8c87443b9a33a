package run.mags.ssh;

import java.time.Duration;

/**
 * Scripts that signal the processes of one command, for a second channel. An SSH server can signal
 * a process group only while its leader lives, and some cannot at all; the mark in the environment
 * finds every process that the command has started, whatever group or session it is in now.
 */
final class MarkedProcesses {
  private MarkedProcesses() {}

  /** Sends one signal; exits with 0 if there was a process to get it. */
  static String signal(String id, String name) {
    return list(id) + "[ -n \"$f\" ] || exit 1; s=" + name + "; " + kill() + "; exit 0";
  }

  /**
   * Sends the signal {@code name}, or none when that is null, waits, and kills what is left after
   * {@code grace}; exits with 0 when nothing is left, with 1 when something is, with 2 when that
   * cannot be found out.
   */
  static String end(String id, String name, Duration grace) {
    long rounds = Math.max(1, grace.toMillis() / 100);
    return "[ -r /proc/self/environ ] || exit 2; n=0; s="
        + (name == null ? 0 : name)
        + "; while "
        + list(id)
        + "[ -n \"$f\" ]; do [ $n -lt "
        + rounds
        + " ] || s=KILL; [ $n -lt "
        + (rounds + 30)
        + " ] || exit 1; "
        + kill()
        + "; s=0; n=$((n+1)); sleep 0.1 2>/dev/null || sleep 1; done; exit 0";
  }

  /**
   * The mark is written in two parts: a server with a forced command puts the whole text of this
   * script into its environment, where the mark would make it find itself.
   */
  private static String list(String id) {
    return "f=$(grep -lsF " + OverlayCommand.MARK + "'='" + id + " /proc/[0-9]*/environ); ";
  }

  private static String kill() {
    return "for e in $f; do e=${e%/environ}; kill -$s ${e#/proc/} 2>/dev/null; done";
  }
}
