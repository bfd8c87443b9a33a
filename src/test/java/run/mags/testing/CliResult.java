package run.mags.testing;

import java.nio.charset.StandardCharsets;

/** What one run of a command left behind: its exit code and every byte it wrote. */
public final class CliResult {
  private final int exitCode;
  private final byte[] out;
  private final byte[] err;

  /** The result of a run; the arrays are copied. */
  public CliResult(int exitCode, byte[] out, byte[] err) {
    this.exitCode = exitCode;
    this.out = out.clone();
    this.err = err.clone();
  }

  /** The exit code, 0 to 255. */
  public int exitCode() {
    return exitCode;
  }

  /** Everything on stdout, as it was written. */
  public byte[] outBytes() {
    return out.clone();
  }

  /** Everything on stderr, as it was written. */
  public byte[] errBytes() {
    return err.clone();
  }

  /** Everything on stdout, read as UTF-8. */
  public String out() {
    return new String(out, StandardCharsets.UTF_8);
  }

  /** Everything on stderr, read as UTF-8. */
  public String err() {
    return new String(err, StandardCharsets.UTF_8);
  }

  /** All of it, for the message of a failed test. */
  @Override
  public String toString() {
    return "exit " + exitCode + "\n[stdout]\n" + out() + "[stderr]\n" + err();
  }
}
