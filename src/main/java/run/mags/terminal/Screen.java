package run.mags.terminal;

/**
 * The terminal that this process is controlled from, as a thing with a size and settings, to be
 * given to a program elsewhere for a while.
 */
public interface Screen {
  /** Its size now. */
  WindowSize size();

  /** Its settings as {@code stty -a} prints them; empty when they are not known. */
  String settings();

  /**
   * Passes every key on as it is, and every byte of output: no echo, no line editing, no signals.
   *
   * @return whether that could be done
   */
  boolean raw();

  /**
   * Gives it back the settings that it had before {@link #raw()}. May be called at any time, again.
   */
  void restore();

  /**
   * Gives it back and stops this process, as Ctrl-Z does elsewhere; returns when that goes on.
   * Where nobody could let it go on (no shell with job control) it does not stop.
   */
  void suspend();
}
