package run.mags.transfer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.error.FileReason;
import run.mags.ssh.SshConnection;
import run.mags.transfer.LocalWalk.Found;

/**
 * Brings one large file, or a stream, into a sandbox. It arrives as {@code .NAME.mags-part} beside
 * its place and is renamed when its checksums are right; what an attempt that broke off has left is
 * gone on with.
 */
final class UploadFile {
  /** What the script exits with when we had told it to give up. */
  private static final int GIVEN_UP = 3;

  private final SshConnection connection;
  private final Tally tally;
  private final boolean verify;

  UploadFile(SshConnection connection, Tally tally, boolean verify) {
    this.connection = connection;
    this.tally = tally;
    this.verify = verify;
  }

  /** Sends a file; one that cannot be read to its end is skipped. */
  void send(Found file, RemotePath target) {
    try (FileChannel channel = FileChannel.open(file.path())) {
      OneFile frames = new OneFile(file, channel);
      run(frames, target, true);
      if (frames.unreadable() != null) {
        tally.skip(file.path().toString(), FileReason.of(frames.unreadable()));
      }
    } catch (IOException unreadable) {
      tally.skip(file.path().toString(), FileReason.of(unreadable));
    }
  }

  /**
   * Sends a stream to its end, as a file with the mode 0644.
   *
   * @throws CliException (FILE) if it cannot be read to its end; there is no file then
   */
  void send(InputStream in, RemotePath target) {
    OneStream frames = new OneStream(in);
    run(frames, target, false);
    if (frames.unreadable() != null) {
      throw new CliException(
          ErrorKind.FILE,
          "cannot read the input: " + FileReason.of(frames.unreadable()),
          "nothing was replaced in the sandbox",
          frames.unreadable());
    }
  }

  private void run(ChunkFrames frames, RemotePath target, boolean resume) {
    Script script = new Script(connection, script(target, resume), frames, frames.answers());
    int status;
    try {
      status = script.await();
    } finally {
      frames.over();
    }
    if (frames.isDamaged()) {
      throw new CliException(
          ErrorKind.REFUSED,
          "a checksum of " + target.text() + " in the sandbox is not that of what was sent",
          "nothing was replaced there; try it again");
    }
    if (status == GIVEN_UP && frames.unreadable() != null) {
      return;
    }
    if (status != 0) {
      throw script.failed("take " + target.text(), status);
    }
    tally.placed(1, frames.size());
  }

  private String script(RemotePath target, boolean resume) {
    String told =
        resume
            ? "if [ -f \"$part\" ]; then tell_all \"$part\" 0 \"$(stat -c %s \"$part\")\"; fi"
            : ":";
    return RemoteDigests.TELL
        + "file="
        + target.quoted()
        + "\npart="
        + target.parent().child(PartName.of(target.name())).quoted()
        + "\n"
        + """
        if [ -d "$file" ]; then echo "$file: a directory is there" >&2; exit 1; fi
        if [ -L "$part" ]; then echo "$part: a symbolic link is there" >&2; exit 1; fi
        """
        + told
        + "\nverify() { "
        + (verify ? "wait; tell \"$part\" \"$at\" \"$count\" </dev/null &" : ":;")
        + " }\n"
        + """
        echo survey
        IFS=' ' read -r word at && [ "$word" = keep ] || exit 3
        said=$(dd if=/dev/null of="$part" bs=1048576 seek="$at" 2>&1) ||
          { printf '%s\\n' "$said" | head -n 1 >&2; exit 1; }
        while IFS=' ' read -r word count; do
          case $word in
            data)
              if [ "$count" = 8388608 ]; then size=65536; else size=$count; fi
              said=$(dd bs="$size" count=$((count / size)) iflag=fullblock 2>&1 >>"$part") ||
                { printf '%s\\n' "$said" | head -n 1 >&2; exit 1; };;
            zero) dd if=/dev/null of="$part" bs=1048576 seek=$((at + 8)) 2>/dev/null || exit 1;;
            done) break;;
            *) rm -f "$part"; exit 3;;
          esac
          verify
          at=$((at + 8))
        done
        [ "$word" = done ] || exit 1
        wait
        echo written
        IFS=' ' read -r word mode time || exit 1
        [ "$word" = go ] || { rm -f "$part"; exit 3; }
        chmod "$mode" "$part" || exit 1
        [ "$time" = - ] || touch -d "@$time" "$part"
        mv -f "$part" "$file"
        """;
  }

  /** A file, as long as it was when it was found. */
  private final class OneFile extends ChunkFrames {
    private final Found file;
    private final FileChannel channel;

    OneFile(Found file, FileChannel channel) {
      super(verify);
      this.file = file;
      this.channel = channel;
    }

    @Override
    int read(byte[] bytes, long position) throws IOException {
      long wanted = Math.min(bytes.length, file.attributes().size() - position);
      ByteBuffer target = ByteBuffer.wrap(bytes, 0, (int) Math.max(0, wanted));
      while (target.hasRemaining()) {
        if (channel.read(target, position + target.position()) < 0) {
          throw new IOException("it became shorter while it was read");
        }
      }
      return target.position();
    }

    @Override
    String attributes() {
      return Integer.toOctalString(file.mode()) + " " + file.modified();
    }

    @Override
    void moved(long count, boolean before) {
      moved(tally, file.name(), count, before);
    }
  }

  /** A stream, as long as it goes on. */
  private final class OneStream extends ChunkFrames {
    private final InputStream in;

    OneStream(InputStream in) {
      super(verify);
      this.in = in;
    }

    @Override
    int read(byte[] bytes, long position) throws IOException {
      return in.readNBytes(bytes, 0, bytes.length);
    }

    @Override
    String attributes() {
      return "644 -";
    }

    @Override
    void moved(long count, boolean before) {
      moved(tally, "-", count, before);
    }
  }
}
