package run.mags.local;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * Cuts the output of a script into log entries: one for each line, several for a line longer than
 * {@link #LONGEST} bytes, never inside a character of UTF-8. Bytes that are no UTF-8 become U+FFFD.
 * An entry without the line end is marked as partial, so that a reader can put the bytes together
 * again. Not safe for use by several threads; {@link OutputPump} sees to that.
 */
final class LineSplitter {
  /** The most bytes of output in one entry. */
  static final int LONGEST = 32 * 1024;

  private final LogFile log;
  private final String source;
  private byte[] pending = new byte[8 * 1024];
  private int length;

  LineSplitter(LogFile log, String source) {
    this.log = log;
    this.source = source;
  }

  /** Takes the next bytes and logs the lines that they complete. */
  void accept(byte[] bytes, int count) throws IOException {
    ByteArrayOutputStream lines = new ByteArrayOutputStream(count * 2 + 256);
    Instant now = Instant.now();
    int from = 0;
    for (int i = 0; i < count; i++) {
      if (bytes[i] == '\n') {
        keep(bytes, from, i, lines, now);
        emit(lines, now, length, false);
        from = i + 1;
      }
    }
    keep(bytes, from, count, lines, now);
    log.append(lines.toByteArray());
  }

  /** Whether the beginning of a line waits for its end. */
  boolean hasPartial() {
    return length > 0;
  }

  /** Logs the beginning of a line, except a character of which bytes are missing. */
  void flushWhole() throws IOException {
    flush(wholeCharacters(length));
  }

  /** Logs all that is left, at the end of the output. */
  void flushAll() throws IOException {
    flush(length);
  }

  private void flush(int count) throws IOException {
    if (count > 0) {
      ByteArrayOutputStream lines = new ByteArrayOutputStream();
      emit(lines, Instant.now(), count, true);
      log.append(lines.toByteArray());
    }
  }

  private void keep(byte[] bytes, int from, int to, ByteArrayOutputStream lines, Instant now) {
    int start = from;
    while (start < to) {
      int count = Math.min(to - start, LONGEST - length);
      if (length + count > pending.length) {
        pending = java.util.Arrays.copyOf(pending, LONGEST);
      }
      System.arraycopy(bytes, start, pending, length, count);
      length += count;
      start += count;
      if (length == LONGEST && start < to) {
        emit(lines, now, wholeCharacters(length), true);
      }
    }
  }

  private void emit(ByteArrayOutputStream lines, Instant now, int count, boolean partial) {
    String message = new String(pending, 0, count, StandardCharsets.UTF_8);
    LogFile.encode(lines, now, source, message, partial);
    System.arraycopy(pending, count, pending, 0, length - count);
    length -= count;
  }

  /** How many of the first {@code count} bytes do not belong to a character cut off at the end. */
  private int wholeCharacters(int count) {
    int start = count - 1;
    while (start >= 0 && count - start < 4 && (pending[start] & 0xC0) == 0x80) {
      start--;
    }
    if (start < 0) {
      return count;
    }
    int lead = pending[start] & 0xFF;
    int size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
    return count - start < size ? start : count;
  }
}
