package run.mags.local.proxy;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import run.mags.local.net.Link;

/**
 * One side's bytes, read as HTTP/1.1 messages (RFC 9112). What was not asked for yet stays here.
 * Used by one thread at a time.
 */
final class HttpInput {
  /** The longest head of a message, and the longest line in a chunked body, in bytes. */
  static final int HEAD_LIMIT = 64 * 1024;

  private static final int FIRST_SIZE = 8 * 1024;

  private final Link link;
  private byte[] buffer = new byte[FIRST_SIZE];
  private int start;
  private int end;
  private Patience patience = Patience.silence(1);

  HttpInput(Link link) {
    this.link = link;
  }

  /** How long reads wait from now on. */
  void patience(Patience how) {
    patience = how;
  }

  /** Waits for a first byte; false at the end of the stream. */
  boolean awaitByte() throws IOException {
    return start < end || fill();
  }

  /**
   * The head of a message, without the empty line at its end, a character for each byte.
   *
   * @throws EOFException if the stream ends in it
   * @throws Malformed if it is too long, or a line of it does not end with CR LF: what tolerates
   *     that may see other lines than the next one on the way
   */
  String head() throws IOException, Malformed {
    skipEmptyLine();
    int seen = 0;
    int line = 0;
    while (true) {
      for (; start + seen < end; seen++) {
        if (buffer[start + seen] != '\n') {
          continue;
        }
        if (seen == 0 || buffer[start + seen - 1] != '\r') {
          throw new Malformed("a line of the head does not end with CR LF");
        }
        if (seen - line == 1) {
          String head = text(Math.max(0, line - 2));
          start += seen + 1;
          return head;
        }
        line = seen + 1;
      }
      more(seen);
    }
  }

  /** One before a request is forgiven (RFC 9112, section 2.2). */
  private void skipEmptyLine() throws IOException, Malformed {
    while (end - start < 2) {
      more(end - start);
    }
    if (buffer[start] == '\r' && buffer[start + 1] == '\n') {
      start += 2;
    }
  }

  /**
   * A line of a chunked body, without its CR LF. When the wait for it is given up, what has come of
   * it is not lost.
   */
  String line() throws IOException, Malformed {
    int seen = 0;
    while (true) {
      for (; start + seen < end; seen++) {
        if (buffer[start + seen] == '\n') {
          if (seen == 0 || buffer[start + seen - 1] != '\r') {
            throw new Malformed("a line of the body does not end with CR LF");
          }
          String line = text(seen - 1);
          start += seen + 1;
          return line;
        }
      }
      more(seen);
    }
  }

  private void more(int have) throws IOException, Malformed {
    if (have >= HEAD_LIMIT) {
      throw new Malformed("a head or line is longer than " + HEAD_LIMIT + " bytes", true);
    }
    if (!fill()) {
      throw new EOFException("the connection ended in the middle of a message");
    }
  }

  private String text(int length) {
    return new String(buffer, start, length, StandardCharsets.ISO_8859_1);
  }

  /** Reads body bytes; -1 at the end of the stream. */
  int read(byte[] to, int most) throws IOException {
    if (start == end && !fill()) {
      return -1;
    }
    int count = Math.min(most, end - start);
    System.arraycopy(buffer, start, to, 0, count);
    start += count;
    return count;
  }

  /** What has been received and not read yet. */
  byte[] pending() {
    return Arrays.copyOfRange(buffer, start, end);
  }

  /** Whether the other side is known to send nothing more. Waits no longer than a moment. */
  boolean ended() throws IOException {
    if (start < end) {
      return false;
    }
    try {
      return !fill(1);
    } catch (SocketTimeoutException open) {
      return false;
    }
  }

  /** Reads at least a byte more; false at the end of the stream. */
  private boolean fill() throws IOException {
    while (true) {
      int limit = patience.limitMs();
      try {
        return fill(limit);
      } catch (SocketTimeoutException silent) {
        patience.over();
      }
    }
  }

  private boolean fill(int limitMs) throws IOException {
    if (start == end) {
      start = 0;
      end = 0;
    } else if (end == buffer.length && start > 0) {
      System.arraycopy(buffer, start, buffer, 0, end - start);
      end -= start;
      start = 0;
    } else if (end == buffer.length) {
      buffer = Arrays.copyOf(buffer, 2 * buffer.length);
    }
    link.readLimit(limitMs);
    int count = link.in().read(buffer, end, buffer.length - end);
    if (count > 0) {
      end += count;
    }
    return count > 0;
  }

  /** Bytes that are no HTTP message, or none that means the same to everybody. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;
    private final boolean tooLong;

    Malformed(String message) {
      this(message, false);
    }

    Malformed(String message, boolean tooLong) {
      super(message, null, false, false);
      this.tooLong = tooLong;
    }

    /** What a client is told that sent it. */
    Refusal asRequest() {
      return new Refusal(tooLong ? 431 : 400, getMessage());
    }
  }
}
