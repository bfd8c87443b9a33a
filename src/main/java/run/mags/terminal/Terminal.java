package run.mags.terminal;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;

/**
 * The three standard streams and what they are connected to. {@link SystemTerminal} is the real
 * one; tests have their own.
 */
public interface Terminal {
  /** Standard input, raw. */
  InputStream in();

  /**
   * Standard output, unbuffered bytes; a write fails with an IOException when the reader is gone.
   */
  OutputStream out();

  /** Standard error, unbuffered bytes. */
  OutputStream err();

  /** Whether standard input is a terminal. */
  boolean inIsTerminal();

  /** Whether standard output is a terminal. */
  boolean outIsTerminal();

  /** Whether standard error is a terminal. */
  boolean errIsTerminal();

  /** Columns of the terminal; 80 when unknown. */
  int width();

  /** The terminal as a whole, if there is one that can be changed. */
  Optional<Screen> screen();

  /**
   * Reads one line from the terminal without showing it; null at end of input. Call only when
   * {@link #inIsTerminal()}.
   */
  String readSecret(String prompt);

  /** Reads one line from the terminal; null at end of input. */
  String readLine(String prompt);

  /** Whether there is someone who can be asked: input and messages are on a terminal. */
  default boolean canAsk() {
    return inIsTerminal() && errIsTerminal();
  }
}
