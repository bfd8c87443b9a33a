package run.mags.client;

import java.nio.charset.StandardCharsets;

/** How a command in a sandbox ended, and what it wrote. */
public final class ExecResult {
  private final int exitCode;
  private final byte[] stdout;
  private final byte[] stderr;

  ExecResult(int exitCode, byte[] stdout, byte[] stderr) {
    this.exitCode = exitCode;
    this.stdout = stdout;
    this.stderr = stderr;
  }

  /** 0 to 255, or 128 plus the number of the signal that ended it. */
  public int exitCode() {
    return exitCode;
  }

  /** Standard output, byte for byte. */
  public byte[] stdoutBytes() {
    return stdout.clone();
  }

  /** Standard error, byte for byte. */
  public byte[] stderrBytes() {
    return stderr.clone();
  }

  /** Standard output as UTF-8 text; what is no UTF-8 is replaced. */
  public String stdout() {
    return new String(stdout, StandardCharsets.UTF_8);
  }

  /** Standard error as UTF-8 text; what is no UTF-8 is replaced. */
  public String stderr() {
    return new String(stderr, StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return "ExecResult[exitCode=" + exitCode + "]";
  }
}
