package run.mags.transfer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;

/**
 * Reads a tar archive that is written to it: ustar, GNU's {@code L} and {@code K}, numbers in base
 * 256, and the path, link, size and time of extended headers (POSIX.1-2017, pax). Archives may
 * follow one another. It believes nothing that it reads; what to do with a path is its taker's.
 */
final class TarParser extends OutputStream {
  private static final int BLOCK = TarWriter.BLOCK;

  /** No path is as long as that. */
  private static final int LONGEST = 256 * 1024;

  /** Takes the members in their order. */
  interface Taker {
    /**
     * A member begins; {@code entry} has a path of at least one character.
     *
     * @return whether its data is wanted
     */
    boolean begin(TarEntry entry) throws IOException;

    /** Some of its data. */
    void data(byte[] bytes, int offset, int count) throws IOException;

    /** Its data is complete; only after a {@link #begin} that wanted it. */
    void end() throws IOException;

    /** A member whose name cannot be a text here. */
    void unnameable(String shown);
  }

  private enum State {
    HEADER,
    DATA,
    TEXT,
    PADDING
  }

  private final Taker taker;
  private final byte[] header = new byte[BLOCK];
  private final ByteArrayOutputStream text = new ByteArrayOutputStream();
  private State state = State.HEADER;
  private int filled;
  private long left;
  private int padding;
  private boolean wanted;
  private boolean begun;
  private char textType;
  private byte[] longPath;
  private byte[] longTarget;
  private final PaxHeader pax = new PaxHeader();

  TarParser(Taker taker) {
    this.taker = taker;
  }

  /** Whether there was a member. */
  boolean hasBegun() {
    return begun;
  }

  /** Whether nothing of a member is missing. */
  boolean isWhole() {
    return state == State.HEADER && filled == 0;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int count) throws IOException {
    try {
      int position = offset;
      int end = offset + count;
      while (position < end) {
        position += take(bytes, position, end - position);
      }
    } catch (CliException failure) {
      throw new CopyStopped(failure);
    }
  }

  private int take(byte[] bytes, int offset, int count) throws IOException {
    int part;
    switch (state) {
      case HEADER -> {
        part = Math.min(count, BLOCK - filled);
        System.arraycopy(bytes, offset, header, filled, part);
        filled += part;
        if (filled == BLOCK) {
          filled = 0;
          header();
        }
      }
      case DATA, TEXT -> {
        part = (int) Math.min(count, left);
        if (state == State.TEXT) {
          text.write(bytes, offset, part);
        } else if (wanted) {
          taker.data(bytes, offset, part);
        }
        left -= part;
        endIfDone();
      }
      default -> {
        part = Math.min(count, padding);
        padding -= part;
        state = padding == 0 ? State.HEADER : State.PADDING;
      }
    }
    return part;
  }

  private void endIfDone() throws IOException {
    if (left > 0) {
      return;
    }
    if (state == State.TEXT) {
      extended(text.toByteArray());
    } else if (wanted) {
      taker.end();
    }
    state = padding == 0 ? State.HEADER : State.PADDING;
  }

  private void extended(byte[] value) {
    switch (textType) {
      case 'L' -> longPath = untilNul(value, 0, value.length);
      case 'K' -> longTarget = untilNul(value, 0, value.length);
      case 'x' -> pax.read(value);
      default -> {
        // A global header, which says nothing about one member.
      }
    }
  }

  private void header() throws IOException {
    if (isZero()) {
      return;
    }
    check();
    begun = true;
    char flag = (char) (header[156] & 0xff);
    long size = number(124, 12);
    if (size < 0) {
      throw broken("a member has a negative size");
    }
    if (flag == 'L' || flag == 'K' || flag == 'x' || flag == 'g') {
      if (size > LONGEST) {
        throw broken("a name is longer than any name");
      }
      textType = flag;
      text.reset();
      begin(State.TEXT, size);
      return;
    }
    begin(flag, size);
  }

  private void begin(char flag, long headerSize) throws IOException {
    TarEntry.Type type = TarEntry.Type.of(flag);
    byte[] path = pax.path() != null ? pax.path() : longPath != null ? longPath : shortPath();
    byte[] target =
        pax.target() != null ? pax.target() : longTarget != null ? longTarget : field(157, 100);
    long size = pax.size() >= 0 ? pax.size() : headerSize;
    long modified = pax.hasTime() ? pax.time() : number(136, 12);
    int mode = (int) number(100, 8) & 0777;
    pax.clear();
    longPath = null;
    longTarget = null;
    // Links have no data, whatever their size says.
    boolean hasData = type == TarEntry.Type.FILE || type == TarEntry.Type.OTHER;
    begin(State.DATA, hasData ? size : 0);
    String name = decoded(path);
    String link = decoded(target);
    if (name == null || link == null || name.isEmpty()) {
      wanted = false;
      taker.unnameable(new String(name == null ? path : target, UTF_8));
    } else {
      long data = type == TarEntry.Type.FILE ? size : 0;
      wanted = taker.begin(new TarEntry(type, name, link, mode, modified, data));
    }
    endIfDone();
  }

  private void begin(State next, long size) {
    state = next;
    left = size;
    padding = (int) ((BLOCK - size % BLOCK) % BLOCK);
    if (size == 0 && next == State.TEXT) {
      state = State.HEADER;
    }
  }

  private boolean isZero() {
    for (byte b : header) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  private void check() {
    int sum = 8 * ' ';
    for (int i = 0; i < BLOCK; i++) {
      sum += i >= 148 && i < 156 ? 0 : header[i] & 0xff;
    }
    if (number(148, 8) != sum) {
      throw broken("a header's checksum is wrong");
    }
  }

  /** Octal, or where its first bit is set in base 256, as GNU tar and busybox write large ones. */
  private long number(int offset, int size) {
    long value = 0;
    if ((header[offset] & 0x80) != 0) {
      value = (header[offset] & 0x40) != 0 ? -1 : 0;
      value = value << 6 | (header[offset] & 0x3f);
      for (int i = offset + 1; i < offset + size; i++) {
        value = value << 8 | (header[i] & 0xff);
      }
      return value;
    }
    for (int i = offset; i < offset + size; i++) {
      char c = (char) (header[i] & 0xff);
      if (c >= '0' && c <= '7') {
        value = value << 3 | (c - '0');
      } else if (c != ' ' || value != 0) {
        break;
      }
    }
    return value;
  }

  private byte[] shortPath() {
    byte[] name = field(0, 100);
    // GNU tar keeps other things where POSIX has the prefix.
    boolean posix = header[262] == 0;
    byte[] prefix = posix ? field(345, 155) : new byte[0];
    if (prefix.length == 0) {
      return name;
    }
    byte[] path = new byte[prefix.length + 1 + name.length];
    System.arraycopy(prefix, 0, path, 0, prefix.length);
    path[prefix.length] = '/';
    System.arraycopy(name, 0, path, prefix.length + 1, name.length);
    return path;
  }

  private byte[] field(int offset, int size) {
    return untilNul(header, offset, size);
  }

  private static byte[] untilNul(byte[] bytes, int offset, int size) {
    int end = offset;
    while (end < offset + size && bytes[end] != 0) {
      end++;
    }
    return Arrays.copyOfRange(bytes, offset, end);
  }

  private static String decoded(byte[] name) {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(name)).toString();
    } catch (CharacterCodingException notText) {
      return null;
    }
  }

  static CliException broken(String why) {
    return new CliException(
        ErrorKind.BAD_ANSWER, "the sandbox sent a broken archive: " + why, "nothing was replaced");
  }
}
