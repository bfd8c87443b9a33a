package run.mags.local;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Set;
import run.mags.api.model.LogEntry;

/**
 * The log of one job: a file that only grows, one JSON entry with the keys of {@link LogEntry} a
 * line. A JSON text never holds a raw line feed, so every line feed ends an entry. The file is open
 * only while something is written or read.
 */
final class LogFile {
  /** The size in bytes at which a log stops growing, so that no script can fill the disk. */
  static final long LIMIT = 1L << 30;

  private static final byte[] HEAD = "{\"logs\":[".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] TAIL = "]}".getBytes(StandardCharsets.US_ASCII);
  private static final int CHUNK = 64 * 1024;

  private final Path file;
  private final long limit;
  private FileChannel channel;
  private long size;
  private boolean full;
  private boolean gap;
  private String lost;

  private LogFile(Path file, long limit, long size) {
    this.file = file;
    this.limit = limit;
    this.size = size;
  }

  /**
   * The log in {@code file}, which is made if it is not there. An entry that a crash left half
   * written at the end is cut off.
   */
  static LogFile of(Path file) throws IOException {
    return of(file, LIMIT);
  }

  /** The same with another size limit. */
  static LogFile of(Path file, long limit) throws IOException {
    try (FileChannel channel =
        OwnerOnly.open(
            file,
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE))) {
      long size = endOfLastLine(channel);
      if (size < channel.size()) {
        channel.truncate(size);
      }
      return new LogFile(file, limit, size);
    }
  }

  private static long endOfLastLine(FileChannel channel) throws IOException {
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
    long end = channel.size();
    while (end > 0) {
      long start = Math.max(0, end - CHUNK);
      chunk.clear().limit((int) (end - start));
      channel.read(chunk, start);
      for (int i = chunk.position() - 1; i >= 0; i--) {
        if (chunk.get(i) == '\n') {
          return start + i + 1;
        }
      }
      end = start;
    }
    return 0;
  }

  /** One entry as a line of the file. */
  static void encode(
      ByteArrayOutputStream lines,
      Instant time,
      String source,
      CharSequence message,
      boolean partial) {
    String level = source.equals(LogEntry.STDERR) ? "error" : "info";
    lines.writeBytes(
        ("{\"timestamp\":\"" + time + "\",\"level\":\"" + level + "\",\"message\":\"")
            .getBytes(StandardCharsets.US_ASCII));
    lines.writeBytes(JsonStringEncoder.getInstance().quoteAsUTF8(message.toString()));
    lines.writeBytes(
        ("\",\"source\":\"" + source + (partial ? "\",\"partial\":true}\n" : "\"}\n"))
            .getBytes(StandardCharsets.US_ASCII));
  }

  /** Adds a remark of the backend. */
  void remark(String message) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    encode(line, Instant.now(), LogEntry.SYSTEM, message, false);
    append(line.toByteArray());
  }

  /** Adds lines made by {@link #encode}; past the limit they are dropped, which is said once. */
  synchronized void append(byte[] lines) throws IOException {
    if (full) {
      return;
    }
    if (size + lines.length > limit) {
      full = true;
      ByteArrayOutputStream last = new ByteArrayOutputStream();
      encode(
          last,
          Instant.now(),
          LogEntry.SYSTEM,
          "the log has reached its limit of " + limit + " bytes; what follows is dropped",
          false);
      write(last.toByteArray());
      return;
    }
    try {
      if (gap) {
        ByteArrayOutputStream first = new ByteArrayOutputStream();
        encode(first, Instant.now(), LogEntry.SYSTEM, "output is missing here: " + lost, false);
        first.writeBytes(lines);
        write(first.toByteArray());
        gap = false;
      } else {
        write(lines);
      }
    } catch (IOException e) {
      gap = true;
      lost = StateDirectory.reason(e);
      cutOff();
      throw e;
    }
  }

  /**
   * Says where output is missing, if it is and has not been said.
   *
   * @throws IOException if that cannot be written yet
   */
  synchronized void tellOfGap() throws IOException {
    if (gap && !full) {
      append(new byte[0]);
    }
  }

  /** Why something that was to be added is not in the log; null when nothing is missing. */
  synchronized String lost() {
    return lost;
  }

  /** What was half written goes, or a later start would take what stands in it for entries. */
  private void cutOff() {
    try {
      if (channel != null) {
        channel.truncate(size);
      }
    } catch (IOException alsoFails) {
      // Then the next write goes over it.
    }
  }

  private void write(byte[] lines) throws IOException {
    if (channel == null) {
      channel = OwnerOnly.open(file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE));
    }
    ByteBuffer left = ByteBuffer.wrap(lines);
    long position = size;
    while (left.hasRemaining()) {
      position += channel.write(left, position);
    }
    // Only now: a reader never sees, and the next write overwrites, what a failure left half done.
    size = position;
  }

  /** Lets go of the file until something is written again. */
  synchronized void rest() throws IOException {
    if (channel != null) {
      channel.close();
      channel = null;
    }
  }

  /** The log as it is now, to be sent as an answer of the API. */
  synchronized Snapshot snapshot() {
    return new Snapshot(file, size);
  }

  /**
   * A log up to one moment.
   *
   * @param file the file
   * @param size how much of it counts, in bytes: whole lines
   */
  record Snapshot(Path file, long size) {
    /**
     * The length of the answer in bytes: the last line feed gives way, the others turn to commas.
     */
    long answerLength() {
      return HEAD.length + Math.max(0, size - 1) + TAIL.length;
    }

    /** Writes the answer of {@code GET /mags-jobs/:id/logs} with a small buffer. */
    void answer(OutputStream out) throws IOException {
      out.write(HEAD);
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
        long left = size - 1;
        while (left > 0) {
          chunk.clear().limit((int) Math.min(CHUNK, left));
          int count = channel.read(chunk);
          if (count < 0) {
            throw new IOException("the log of a job became shorter");
          }
          byte[] bytes = chunk.array();
          for (int i = 0; i < count; i++) {
            if (bytes[i] == '\n') {
              bytes[i] = ',';
            }
          }
          out.write(bytes, 0, count);
          left -= count;
        }
      }
      out.write(TAIL);
    }
  }
}
