package run.mags.ssh;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.Objects;

/**
 * The near ends of a remote command's streams. None of them is ever closed.
 *
 * @param in is read from when the command can take input, possibly beyond what it takes; null for
 *     none, the command then sees the end of input at once
 * @param out gets standard output, flushed after each piece
 * @param err gets standard error, flushed after each piece
 */
public record ExecStreams(InputStream in, OutputStream out, OutputStream err) {
  /** Checks that there are both outputs. */
  public ExecStreams {
    Objects.requireNonNull(out, "out");
    Objects.requireNonNull(err, "err");
  }
}
