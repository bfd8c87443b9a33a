package run.mags.transfer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.ssh.ExecStreams;
import run.mags.ssh.RemoteProcess;
import run.mags.ssh.SshConnection;
import run.mags.ssh.SshException;
import run.mags.terminal.OutputException;

/** A script of ours that runs in the sandbox, with what it says on standard error. */
final class Script {
  /** Longer than any copy. */
  private static final Duration EVER = Duration.ofDays(3650);

  private static final Duration OPENING = Duration.ofSeconds(30);

  /** What all of them begin with: C messages, private files, paths relative to the home. */
  private static final String START =
      "export LC_ALL=C; umask 077; CDPATH=; cd \"${HOME:-/root}\" || exit 1\n";

  private final Complaints complaints = new Complaints();
  private final RemoteProcess process;

  /** Starts one; {@code in} may be null. */
  Script(SshConnection connection, String text, InputStream in, OutputStream out) {
    ExecStreams streams = new ExecStreams(in, out, complaints);
    this.process = connection.startScript(START + text, streams, OPENING);
  }

  /**
   * Waits for its end.
   *
   * @return its exit status
   * @throws CliException (FILE) if what it wrote could not be kept here; (CONNECTION) if the
   *     connection was lost, with a hint that what has come so far is kept
   */
  int await() {
    try {
      return process.waitFor(EVER);
    } catch (OutputException unwritable) {
      if (unwritable.getCause() instanceof CopyStopped stopped) {
        throw stopped.failure();
      }
      throw unwritable;
    } catch (SshException lost) {
      throw new CliException(
          lost.kind(),
          "the connection was lost while copying: " + lost.getMessage(),
          "the same command again goes on with large files where they were",
          lost);
    }
  }

  /** The same for one that has to succeed; {@code what} says what it was to do. */
  void require(String what) {
    int status = await();
    if (status != 0) {
      throw failed(what, status);
    }
  }

  /** Its failure as an exception. */
  CliException failed(String what, int status) {
    String said = complaints.lastLine();
    return new CliException(
        ErrorKind.REFUSED,
        "the sandbox could not " + what + ": " + (said.isEmpty() ? "exit status " + status : said),
        said.contains("No space left") || said.contains("Disk quota")
            ? "make room there, then run the same command again"
            : null);
  }

  /** Each line on standard error as something that was skipped below {@code path}. */
  void skipComplaints(String path, Tally tally) {
    for (String line : complaints.text().split("\n", -1)) {
      if (!line.isBlank()) {
        tally.skip(path, line);
      }
    }
    if (complaints.isCut()) {
      tally.skip(path, "more was skipped than is told here");
    }
  }

  boolean complained() {
    return !complaints.text().isBlank();
  }

  /** The whole output of a short script. */
  static String answer(SshConnection connection, String text, String what) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new Script(connection, text, null, out).require(what);
    return out.toString(UTF_8);
  }

  /** Standard error, as far as anyone would read it. */
  private static final class Complaints extends OutputStream {
    private static final int MOST = 256 * 1024;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private boolean cut;

    @Override
    public synchronized void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] data, int offset, int count) {
      if (bytes.size() + count > MOST) {
        cut = true;
      } else {
        bytes.write(data, offset, count);
      }
    }

    synchronized String text() {
      return bytes.toString(UTF_8);
    }

    synchronized boolean isCut() {
      return cut;
    }

    String lastLine() {
      String all = text().strip();
      return all.substring(all.lastIndexOf('\n') + 1);
    }
  }
}
