package run.mags.local.proxy;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import run.mags.local.net.Link;

/**
 * What a client says first on a port of its own. Any protocol may be spoken there; only a request
 * of a browser has to be told apart, so that a page cannot read what is there under a name that it
 * has pointed at this machine. Browsers send the head of a request at once.
 */
final class Opening {
  /** What a client may begin with. */
  enum Kind {
    /** Something else than HTTP/1.x, or nothing at all. */
    OTHER,
    /** A request under a name of this machine. */
    REQUEST,
    /** A request under another name, or one whose name does not come. */
    FOREIGN
  }

  /** How long a client may pause in what may become a request line, in ms. */
  private static final int UNDECIDED_MS = 1_000;

  private static final int HEAD_MS = 10_000;
  private static final int FIRST_SIZE = 4 * 1024;
  private static final int LIMIT = HttpInput.HEAD_LIMIT;
  private static final String REQUEST_LINE = "[^ ]+ [^ ]+ HTTP/1\\.[0-9]\r?";

  private final byte[] bytes;
  private final Kind kind;

  private Opening(byte[] bytes, Kind kind) {
    this.bytes = bytes;
    this.kind = kind;
  }

  /** All that was read; to be passed on. */
  byte[] bytes() {
    return bytes;
  }

  /** What it is. */
  Kind kind() {
    return kind;
  }

  /**
   * Reads until it is clear what it is.
   *
   * @param firstMs how long to wait for a first byte, in ms
   * @throws SocketTimeoutException if none comes
   */
  static Opening read(Link client, int firstMs) throws IOException {
    byte[] buffer = new byte[FIRST_SIZE];
    int length = 0;
    long deadline = 0;
    Kind kind = null;
    while (kind == null) {
      boolean request = isRequest(buffer, length);
      if (length == 0) {
        client.readLimit(firstMs);
      } else {
        deadline = deadline == 0 ? System.nanoTime() + HEAD_MS * 1_000_000L : deadline;
        long left = Math.max(1, (deadline - System.nanoTime()) / 1_000_000);
        client.readLimit(request ? (int) left : UNDECIDED_MS);
      }
      if (length == buffer.length) {
        buffer = Arrays.copyOf(buffer, 2 * length);
      }
      try {
        int count = client.in().read(buffer, length, buffer.length - length);
        length += Math.max(count, 0);
        kind = decide(buffer, length, count < 0);
      } catch (SocketTimeoutException silent) {
        if (length == 0) {
          throw silent;
        }
        kind = request ? Kind.FOREIGN : Kind.OTHER;
      }
    }
    return new Opening(Arrays.copyOf(buffer, length), kind);
  }

  private static Kind decide(byte[] buffer, int length, boolean ended) {
    if (isRequest(buffer, length)) {
      String head = new String(buffer, 0, length, StandardCharsets.ISO_8859_1);
      boolean complete = head.contains("\n\r\n") || head.contains("\n\n");
      if (complete || ended || length == LIMIT) {
        return namesThisMachine(head) ? Kind.REQUEST : Kind.FOREIGN;
      }
      return null;
    }
    if (ended || !mayBecomeRequest(buffer, length)) {
      return Kind.OTHER;
    }
    return length == LIMIT ? Kind.FOREIGN : null;
  }

  private static boolean isRequest(byte[] buffer, int length) {
    for (int i = 0; i < length; i++) {
      if (buffer[i] == '\n') {
        return new String(buffer, 0, i, StandardCharsets.ISO_8859_1).matches(REQUEST_LINE);
      }
    }
    return false;
  }

  /** A method, a blank, and then no control characters up to the end of the line. */
  private static boolean mayBecomeRequest(byte[] buffer, int length) {
    int method = 0;
    while (method < length && HeaderFields.isToken(String.valueOf((char) buffer[method]))) {
      method++;
    }
    if (method == length) {
      return true;
    }
    if (method == 0 || buffer[method] != ' ') {
      return false;
    }
    for (int i = method; i < length; i++) {
      if (buffer[i] == '\n' || (buffer[i] >= 0 && buffer[i] < ' ' && buffer[i] != '\r')) {
        return false;
      }
    }
    return true;
  }

  private static boolean namesThisMachine(String head) {
    for (String line : head.split("\n", -1)) {
      if (line.isBlank()) {
        return true;
      }
      if (line.toLowerCase(Locale.ROOT).startsWith("host:")) {
        String host = line.substring("host:".length()).strip();
        if (!LoopbackHost.is(host) && !LoopbackHost.isAddress(host)) {
          return false;
        }
      }
    }
    return true;
  }
}
