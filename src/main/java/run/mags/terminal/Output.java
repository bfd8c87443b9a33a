package run.mags.terminal;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/**
 * The one way out: results go to standard output, everything else to standard error. With JSON
 * asked for, {@link #show} prints the value's JSON instead of its text.
 */
public final class Output {
  private final Terminal terminal;
  private final OutputStream out;
  private final boolean json;
  private final boolean quiet;
  private final Style style;

  /**
   * Output on a terminal.
   *
   * @param json whether results are printed as JSON
   * @param quiet whether notes are left out
   * @param style colours for standard output
   */
  public Output(Terminal terminal, boolean json, boolean quiet, Style style) {
    this.terminal = terminal;
    this.out = new BufferedOutputStream(terminal.out(), 8192);
    this.json = json;
    this.quiet = quiet;
    this.style = style;
  }

  /** Whether results are printed as JSON. */
  public boolean isJson() {
    return json;
  }

  /** Whether notes are left out. */
  public boolean isQuiet() {
    return quiet;
  }

  /** The colours for standard output. */
  public Style style() {
    return style;
  }

  /** The terminal behind. */
  public Terminal terminal() {
    return terminal;
  }

  /**
   * Prints a result: with JSON asked for its JSON, else its text. Both get a line end; an empty
   * text prints nothing.
   *
   * @throws OutputException if standard output cannot be written
   */
  public void show(Supplier<String> asJson, Supplier<String> asText) {
    String result = json ? asJson.get() : asText.get();
    if (!result.isEmpty()) {
      write((result.endsWith("\n") ? result : result + "\n").getBytes(StandardCharsets.UTF_8));
    }
    flush();
  }

  /**
   * Writes raw bytes to standard output; they are seen after {@link #flush()}.
   *
   * @throws OutputException if standard output cannot be written
   */
  public void write(byte[] bytes) {
    try {
      out.write(bytes, 0, bytes.length);
    } catch (IOException failed) {
      throw new OutputException(failed);
    }
  }

  /**
   * Hands everything written so far on.
   *
   * @throws OutputException if standard output cannot be written
   */
  public void flush() {
    try {
      out.flush();
    } catch (IOException failed) {
      throw new OutputException(failed);
    }
  }

  /** A remark on standard error, unless quiet or with JSON asked for: programs want facts only. */
  public void note(String line) {
    if (!quiet && !json) {
      error(line);
    }
  }

  /** Something that went wrong beside the result, quiet or not; with JSON asked for as JSON. */
  public void warn(String text) {
    String line = Printable.line(text);
    if (json) {
      // Nothing else can need an escape: control characters are none any longer.
      String escaped = line.replace("\\", "\\\\").replace("\"", "\\\"");
      error("{\"warning\":\"" + escaped + "\"}");
    } else {
      error("warning: " + line);
    }
  }

  /** A line on standard error, quiet or not. A failure to write it is of no consequence. */
  public void error(String line) {
    errorBytes((line + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** Raw bytes on standard error. */
  public void errorBytes(byte[] bytes) {
    try {
      terminal.err().write(bytes);
      terminal.err().flush();
    } catch (IOException nobodyListens) {
      // Standard error is the last place to say anything; there is nowhere to report this.
    }
  }
}
