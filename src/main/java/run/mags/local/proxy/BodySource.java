package run.mags.local.proxy;

import java.io.EOFException;
import java.io.IOException;
import run.mags.local.proxy.HttpInput.Malformed;

/** The bytes of one body, without their framing. Trailers are read and dropped. */
final class BodySource {
  private static final String CHUNK_SIZE = "[0-9A-Fa-f]{1,15}";

  private final HttpInput in;
  private final Framing framing;

  /** What is left of the body, or of the chunk. */
  private long left;

  private boolean inChunk;
  private boolean done;

  BodySource(HttpInput in, Framing framing) {
    this.in = in;
    this.framing = framing;
    this.left = framing.length();
  }

  /**
   * Reads what is there, at least a byte; -1 after the end of the body.
   *
   * @throws EOFException if the connection ends before the body
   */
  int read(byte[] to) throws IOException, Malformed {
    if (done) {
      return -1;
    }
    return switch (framing.kind()) {
      case NONE -> finish();
      case LENGTH -> left == 0 ? finish() : part(to);
      case CHUNKED -> chunk(to);
      case CLOSE -> rest(to);
    };
  }

  private int finish() {
    done = true;
    return -1;
  }

  private int rest(byte[] to) throws IOException {
    int count = in.read(to, to.length);
    return count < 0 ? finish() : count;
  }

  private int part(byte[] to) throws IOException {
    int count = in.read(to, (int) Math.min(to.length, left));
    if (count < 0) {
      throw new EOFException("the connection ended in the middle of a body");
    }
    left -= count;
    return count;
  }

  private int chunk(byte[] to) throws IOException, Malformed {
    if (left == 0) {
      if (inChunk) {
        if (!in.line().isEmpty()) {
          throw new Malformed("a chunk is longer than it says");
        }
        inChunk = false;
      }
      String line = in.line();
      int semicolon = line.indexOf(';');
      String size = semicolon < 0 ? line : line.substring(0, semicolon).strip();
      if (!size.matches(CHUNK_SIZE)) {
        throw new Malformed("a chunk has no valid size");
      }
      left = Long.parseLong(size, 16);
      inChunk = true;
    }
    if (left > 0) {
      return part(to);
    }
    return trailers();
  }

  private int trailers() throws IOException, Malformed {
    int size = 0;
    for (String line = in.line(); !line.isEmpty(); line = in.line()) {
      size += line.length();
      if (size > HttpInput.HEAD_LIMIT) {
        throw new Malformed("the trailers are too long", true);
      }
    }
    return finish();
  }
}
