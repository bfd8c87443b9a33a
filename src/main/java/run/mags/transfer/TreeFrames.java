package run.mags.transfer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import run.mags.error.FileReason;
import run.mags.transfer.LocalWalk.Found;

/**
 * A tree as a tar stream, without its large files, and then the word to put it in place, once the
 * sums of what has arrived are those of what was sent. One file at a time is in memory, whole, so
 * that its header tells what was read and not what it once was.
 */
final class TreeFrames extends Frames {
  private static final int FRAME = 1024 * 1024;

  private final LocalWalk walk;
  private final Tally tally;
  private final boolean verify;
  private final String checked;
  private final Digests sent = new Digests();
  private final Digests arrived = new Digests();
  private final Bytes buffer = new Bytes();
  private final TarWriter tar = new TarWriter(buffer);
  private final MessageDigest sha256 = Digests.sha256();
  private final Map<Object, Linked> linked = new HashMap<>();
  private final List<TarEntry> directories = new ArrayList<>();
  private byte[] content = new byte[64 * 1024];
  private int step;
  private boolean complete;
  private volatile boolean damaged;
  private long files;
  private long bytes;

  private record Linked(String name, String digest) {}

  /**
   * The stream.
   *
   * @param checked the line by which the script says that all sums were told
   */
  TreeFrames(LocalWalk walk, Tally tally, boolean verify, String checked) {
    this.walk = walk;
    this.tally = tally;
    this.verify = verify;
    this.checked = checked;
  }

  /** Whether what arrived was something else than what was sent. */
  boolean isDamaged() {
    return damaged;
  }

  synchronized long files() {
    return files;
  }

  synchronized long bytes() {
    return bytes;
  }

  /** The directories that were sent, each after those that are in it. */
  List<TarEntry> directories() {
    List<TarEntry> inner = new ArrayList<>(directories);
    Collections.reverse(inner);
    return inner;
  }

  @Override
  void next() throws IOException {
    switch (step) {
      case 0 -> {
        buffer.reset();
        boolean more = fill();
        data(buffer.bytes(), buffer.size());
        step = more ? 0 : 1;
      }
      case 1 -> {
        line("end");
        step = 2;
      }
      case 2 -> {
        await(() -> complete);
        damaged = verify && !sent.text().equals(arrived.text());
        line(damaged ? "no" : "go");
        step = 3;
      }
      default -> {
        // That was all.
      }
    }
  }

  private boolean fill() {
    while (buffer.size() < FRAME) {
      Found found = walk.next();
      if (found == null) {
        tar.end();
        return false;
      }
      add(found);
    }
    return true;
  }

  private void add(Found found) {
    try {
      if (found.attributes().isDirectory()) {
        directories.add(
            new TarEntry(
                TarEntry.Type.DIRECTORY, found.name(), "", found.mode(), found.modified(), 0));
        // It has to be gone into meanwhile, and gets its own mode and time when all is there.
        addLink(TarEntry.Type.DIRECTORY, found, "", found.mode() | 0700);
      } else if (found.attributes().isSymbolicLink()) {
        addLink(
            TarEntry.Type.SYMBOLIC_LINK,
            found,
            Files.readSymbolicLink(found.path()).toString(),
            0777);
        files++;
      } else if (found.attributes().size() <= Chunks.LARGE) {
        addFile(found);
      }
    } catch (IOException unreadable) {
      tally.skip(found.path().toString(), FileReason.of(unreadable));
    }
  }

  private void addLink(TarEntry.Type type, Found found, String target, int mode) {
    tar.add(new TarEntry(type, found.name(), target, mode, found.modified(), 0), new byte[0]);
  }

  private void addFile(Found found) throws IOException {
    boolean several = links(found.path()) > 1 && found.attributes().fileKey() != null;
    Linked first = several ? linked.get(found.attributes().fileKey()) : null;
    if (first != null) {
      addLink(TarEntry.Type.HARD_LINK, found, first.name(), found.mode());
      if (verify) {
        sent.add(first.digest());
      }
      files++;
      return;
    }
    int count = read(found.path());
    if (count < 0) {
      tally.skip(found.path().toString(), "it grew while it was read");
      return;
    }
    String digest = "";
    if (verify) {
      sha256.update(content, 0, count);
      digest = Digests.hex(sha256.digest());
      sent.add(digest);
    }
    tar.add(
        new TarEntry(TarEntry.Type.FILE, found.name(), "", found.mode(), found.modified(), count),
        content);
    files++;
    bytes += count;
    tally.moved(found.name(), count);
    if (several) {
      linked.put(found.attributes().fileKey(), new Linked(found.name(), digest));
    }
  }

  /** Reads all of a file; -1 if it is larger than small files are. */
  private int read(Path path) throws IOException {
    int count = 0;
    try (InputStream in = Files.newInputStream(path)) {
      while (true) {
        int part = in.read(content, count, content.length - count);
        if (part < 0) {
          return count;
        }
        count += part;
        if (count > Chunks.LARGE) {
          return -1;
        }
        if (count == content.length) {
          content = Arrays.copyOf(content, (int) Math.min(2L * count, Chunks.LARGE + 1));
        }
      }
    }
  }

  private static int links(Path path) throws IOException {
    try {
      return (Integer) Files.getAttribute(path, "unix:nlink", LinkOption.NOFOLLOW_LINKS);
    } catch (UnsupportedOperationException | IllegalArgumentException notKnownHere) {
      return 1;
    }
  }

  /** Takes what the script says: a line with a sum for each file, then that this was all. */
  OutputStream answers() {
    return new Lines() {
      @Override
      void line(String text) {
        if (text.equals(checked)) {
          complete();
          return;
        }
        if (text.startsWith("lost ")) {
          lost(text.split(" ", -1));
          return;
        }
        // GNU marks a name in which it wrote a line end otherwise.
        String sum = text.startsWith("\\") ? text.substring(1) : text;
        if (sum.length() > Digests.HEX && sum.charAt(Digests.HEX) == ' ') {
          arrived.add(sum.substring(0, Digests.HEX));
        }
      }
    };
  }

  /** Files and bytes that found no place; told after everything was sent. */
  private synchronized void lost(String[] words) {
    try {
      files -= Long.parseLong(words[1]);
      bytes -= Long.parseLong(words[2]);
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException none) {
      // The counts are a little too high then; that something is missing is told beside.
    }
  }

  private void complete() {
    synchronized (this) {
      complete = true;
    }
    answered();
  }

  /** Bytes that can be sent without a copy of them. */
  static final class Bytes extends ByteArrayOutputStream {
    byte[] bytes() {
      return buf;
    }
  }

  /** Text by lines. */
  abstract static class Lines extends OutputStream {
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    abstract void line(String text);

    @Override
    public void write(int b) {
      if (b == '\n') {
        line(line.toString(UTF_8));
        line.reset();
      } else {
        line.write(b);
      }
    }

    @Override
    public void write(byte[] bytes, int offset, int count) {
      for (int i = offset; i < offset + count; i++) {
        write(bytes[i]);
      }
    }
  }
}
