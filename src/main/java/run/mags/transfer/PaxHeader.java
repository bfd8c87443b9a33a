package run.mags.transfer;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;

/** What an extended header says of the member that follows it: records {@code LENGTH KEY=VALUE}. */
final class PaxHeader {
  private byte[] path;
  private byte[] target;
  private long size = -1;
  private Long time;

  void clear() {
    path = null;
    target = null;
    size = -1;
    time = null;
  }

  /** The path; null where it says none. */
  byte[] path() {
    return path;
  }

  /** Where a link leads to; null where it says none. */
  byte[] target() {
    return target;
  }

  /** The size; -1 where it says none. */
  long size() {
    return size;
  }

  boolean hasTime() {
    return time != null;
  }

  /** The time of the last change in whole seconds. */
  long time() {
    return time;
  }

  /** Takes all records; what cannot be read throws a CliException. */
  void read(byte[] records) {
    int position = 0;
    while (position < records.length) {
      int blank = position;
      while (blank < records.length && records[blank] != ' ') {
        blank++;
      }
      int length = (int) number(records, position, blank);
      int end = position + length;
      if (length <= blank - position + 1 || end > records.length || records[end - 1] != '\n') {
        throw TarParser.broken("an extended header has a wrong length");
      }
      record(records, blank + 1, end - 1);
      position = end;
    }
  }

  private void record(byte[] records, int start, int end) {
    int equals = start;
    while (equals < end && records[equals] != '=') {
      equals++;
    }
    if (equals == end) {
      throw TarParser.broken("an extended header has no value");
    }
    byte[] value = Arrays.copyOfRange(records, equals + 1, end);
    switch (new String(records, start, equals - start, US_ASCII)) {
      case "path" -> path = value;
      case "linkpath" -> target = value;
      case "size" -> size = number(value, 0, value.length);
      case "mtime" -> time = number(value, 0, untilPoint(value));
      default -> {
        // Owners, other times and the like are not kept.
      }
    }
  }

  private static int untilPoint(byte[] value) {
    int end = 0;
    while (end < value.length && value[end] != '.') {
      end++;
    }
    return end;
  }

  private static long number(byte[] bytes, int start, int end) {
    try {
      return Long.parseLong(new String(bytes, start, end - start, US_ASCII));
    } catch (NumberFormatException none) {
      throw TarParser.broken("an extended header has a number that is none");
    }
  }
}
