package run.mags.transfer;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import run.mags.error.FileReason;
import run.mags.ssh.SshConnection;

/**
 * Brings one large file out of a sandbox. It arrives as {@code .NAME.mags-part} beside its place
 * and is renamed when its checksums are right; what an attempt that broke off has left is gone on
 * with.
 */
final class DownloadFile {
  private static final Set<OpenOption> OPTIONS =
      Set.of(
          StandardOpenOption.CREATE,
          StandardOpenOption.READ,
          StandardOpenOption.WRITE,
          LinkOption.NOFOLLOW_LINKS);

  private final SshConnection connection;
  private final Tally tally;
  private final boolean verify;

  DownloadFile(SshConnection connection, Tally tally, boolean verify) {
    this.connection = connection;
    this.tally = tally;
    this.verify = verify;
  }

  /** Fetches it; one that changes meanwhile, or has no place here, is skipped. */
  void fetch(RemotePath source, RemoteStat stat, Path directory, String name) {
    Path target = directory.resolve(name);
    Path part = directory.resolve(PartName.of(name));
    if (Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
      tally.skip(target.toString(), "a directory is there");
      return;
    }
    try {
      boolean right;
      try (FileChannel channel = open(part)) {
        right = fetch(source, stat, name, channel);
      }
      if (!right) {
        Files.deleteIfExists(part);
        tally.skip(source.text(), "it changed while it was copied, or was damaged on its way");
        return;
      }
      LocalAttributes.set(part, stat.mode(), stat.modified());
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
      tally.placed(1, stat.size());
    } catch (IOException failed) {
      if (Arrivals.isFull(failed)) {
        throw Arrivals.stopped(target.toString(), failed).failure();
      }
      tally.skip(target.toString(), FileReason.of(failed));
    }
  }

  private static FileChannel open(Path part) throws IOException {
    try {
      return FileChannel.open(
          part,
          OPTIONS,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } catch (UnsupportedOperationException noPermissionsHere) {
      return FileChannel.open(part, OPTIONS);
    }
  }

  /** Whether all of it is here, and right. */
  private boolean fetch(RemotePath source, RemoteStat stat, String name, FileChannel channel)
      throws IOException {
    long start = common(source, stat, channel);
    channel.truncate(start);
    tally.resumed(name, start);
    ChunkSums told = new ChunkSums();
    Script sums = verify ? sums(source, start / Chunks.MIB, stat.size(), told) : null;
    Sink sink = new Sink(channel, name, start, stat.size());
    new Script(connection, read(source, start, stat.size()), null, sink)
        .require("read " + source.text());
    if (sums != null) {
      sums.require("tell the checksums of " + source.text());
    }
    sink.finish();
    return sink.position == stat.size() && (!verify || told.all().equals(sink.sums.all()));
  }

  /** How much of what an earlier attempt left is what is there now, in whole MiB. */
  private long common(RemotePath source, RemoteStat stat, FileChannel channel) throws IOException {
    long size = Math.min(channel.size(), stat.size()) / Chunks.MIB * Chunks.MIB;
    if (size == 0) {
      return 0;
    }
    ChunkSums told = new ChunkSums();
    sums(source, 0, size, told).require("tell the checksums of " + source.text());
    ChunkSums ours = new ChunkSums();
    ByteBuffer chunk = ByteBuffer.allocate(Chunks.SIZE);
    long position = 0;
    while (position < size) {
      chunk.clear().limit((int) Math.min(Chunks.SIZE, size - position));
      while (chunk.hasRemaining() && channel.read(chunk, position + chunk.position()) >= 0) {
        // Until the chunk is whole.
      }
      int count = chunk.position();
      ours.update(chunk.array(), 0, count);
      ours.end();
      if (count == 0 || !ours.sameAs(told, position)) {
        break;
      }
      position += count;
    }
    return position;
  }

  private Script sums(RemotePath source, long startMib, long size, ChunkSums told) {
    String text = RemoteDigests.TELL + "tell_all " + source.quoted() + " " + startMib + " " + size;
    return new Script(connection, text, null, told.lines());
  }

  /** Errors of dd are told, but not its statistics. */
  private static String read(RemotePath source, long start, long size) {
    long blocks = (size - start + Chunks.MIB - 1) / Chunks.MIB;
    return "{ said=$(dd if="
        + source.quoted()
        + " bs=1048576 skip="
        + start / Chunks.MIB
        + " count="
        + blocks
        + " 2>&1 >&3) || { printf '%s\\n' \"$said\" | head -n 1 >&2; exit 1; }; } 3>&1";
  }

  /** Writes what comes, leaves holes for zeros, and takes no more than was announced. */
  private final class Sink extends OutputStream {
    private final FileChannel channel;
    private final String name;
    private final long size;
    private final ChunkSums sums;
    private long position;

    Sink(FileChannel channel, String name, long start, long size) {
      this.channel = channel;
      this.name = name;
      this.position = start;
      this.size = size;
      this.sums = new ChunkSums(start);
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      int count = (int) Math.min(length, size - position);
      try {
        if (!isZero(bytes, offset, count)) {
          ByteBuffer data = ByteBuffer.wrap(bytes, offset, count);
          while (data.hasRemaining()) {
            channel.write(data, position + count - data.remaining());
          }
        }
      } catch (IOException failed) {
        throw Arrivals.stopped(name, failed);
      }
      if (verify) {
        sums.update(bytes, offset, count);
      }
      position += count;
      tally.moved(name, count);
    }

    /** A hole at the very end is made by a zero there. */
    void finish() throws IOException {
      if (verify) {
        sums.end();
      }
      if (channel.size() < position) {
        channel.write(ByteBuffer.allocate(1), position - 1);
      }
    }
  }

  private static boolean isZero(byte[] bytes, int offset, int count) {
    for (int i = offset; i < offset + count; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }
}
