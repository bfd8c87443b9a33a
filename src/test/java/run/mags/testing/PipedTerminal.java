package run.mags.testing;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import run.mags.terminal.Terminal;

/** Standard streams that are no terminal: input from an array, output into memory. */
public final class PipedTerminal implements Terminal {
  private final InputStream in;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  /** All of {@code stdin}, then the end of input. */
  public PipedTerminal(byte[] stdin) {
    in = new ByteArrayInputStream(stdin.clone());
  }

  /** What was written so far, with an exit code. */
  public CliResult result(int exitCode) {
    return new CliResult(exitCode, out.toByteArray(), err.toByteArray());
  }

  @Override
  public InputStream in() {
    return in;
  }

  @Override
  public OutputStream out() {
    return out;
  }

  @Override
  public OutputStream err() {
    return err;
  }

  @Override
  public boolean inIsTerminal() {
    return false;
  }

  @Override
  public boolean outIsTerminal() {
    return false;
  }

  @Override
  public boolean errIsTerminal() {
    return false;
  }

  @Override
  public int width() {
    return 80;
  }

  @Override
  public String readSecret(String prompt) {
    throw new AssertionError("nobody to ask: " + prompt);
  }

  @Override
  public String readLine(String prompt) {
    throw new AssertionError("nobody to ask: " + prompt);
  }
}
