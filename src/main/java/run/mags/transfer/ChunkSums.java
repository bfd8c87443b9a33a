package run.mags.transfer;

import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;

/** The checksums of a file's chunks, as they are computed here or told by the sandbox. */
final class ChunkSums {
  private final MessageDigest sha256 = Digests.sha256();
  private final Map<Long, String> sums = new HashMap<>();
  private long start;
  private int count;

  ChunkSums() {
    this(0);
  }

  /** Those of the chunks from a position on. */
  ChunkSums(long start) {
    this.start = start;
  }

  /** Goes on with the bytes that follow. */
  void update(byte[] bytes, int offset, int length) {
    int position = offset;
    int left = length;
    while (left > 0) {
      int part = Math.min(left, Chunks.SIZE - count);
      sha256.update(bytes, position, part);
      count += part;
      position += part;
      left -= part;
      if (count == Chunks.SIZE) {
        end();
      }
    }
  }

  /** Ends a chunk, if there is anything in it. */
  void end() {
    if (count > 0) {
      put(start, count, Digests.hex(sha256.digest()));
      start += count;
      count = 0;
    }
  }

  private synchronized void put(long position, int length, String hex) {
    sums.put(position, length + " " + hex);
  }

  private synchronized String at(long position) {
    return sums.get(position);
  }

  boolean knows(long position) {
    return at(position) != null;
  }

  /** How many bytes the chunk has that begins there; there must be one. */
  int length(long position) {
    String sum = at(position);
    return Integer.parseInt(sum.substring(0, sum.indexOf(' ')));
  }

  /** Whether both know a chunk there, and the same. */
  boolean sameAs(ChunkSums other, long position) {
    String mine = at(position);
    return mine != null && mine.equals(other.at(position));
  }

  synchronized Map<Long, String> all() {
    return Map.copyOf(sums);
  }

  synchronized void clear() {
    sums.clear();
  }

  /** Takes what {@link RemoteDigests} tell; true for a line that was one of theirs. */
  boolean take(String line) {
    String[] words = line.split(" ", -1);
    if (words.length != 4 || !words[0].equals("sum")) {
      return false;
    }
    try {
      put(Long.parseLong(words[1]) * Chunks.MIB, Integer.parseInt(words[2]), words[3]);
      return true;
    } catch (NumberFormatException none) {
      return false;
    }
  }

  OutputStream lines() {
    return new TreeFrames.Lines() {
      @Override
      void line(String text) {
        take(text);
      }
    };
  }
}
