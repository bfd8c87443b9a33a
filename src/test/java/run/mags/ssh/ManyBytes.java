package run.mags.ssh;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.zip.CRC32;
import run.mags.testing.OpenSshServer;

/** Sends bytes to a far {@code cat} and takes them back slowly, in a Java machine of its own. */
final class ManyBytes {
  private ManyBytes() {}

  /** Takes a port and a number of bytes; the key comes through standard input. */
  public static void main(String[] arguments) throws IOException {
    String key = new String(System.in.readAllBytes(), UTF_8);
    SshTarget target =
        new SshTarget("127.0.0.1", Integer.parseInt(arguments[0]), OpenSshServer.user(), key, null);
    Source source = new Source(Long.parseLong(arguments[1]));
    Sink sink = new Sink();
    SshExecutor executor = new SshExecutor(new HostKeyPolicy(Path.of("none")), null);
    try (SshConnection connection = executor.connect(target, Duration.ofSeconds(30))) {
      int status =
          connection.exec(
              RemoteCommand.of("cat; exit 7"),
              new ExecStreams(source, sink, System.out),
              Duration.ofMinutes(5));
      boolean same = source.crc.getValue() == sink.crc.getValue();
      System.out.print(
          "there and back: "
              + sink.count
              + " bytes, "
              + (same ? "as sent" : "changed")
              + ", exit status "
              + status
              + "\n");
    }
  }

  /** Numbers that look random. */
  private static final class Source extends InputStream {
    private final CRC32 crc = new CRC32();
    private long left;
    private int seed = 1;

    Source(long left) {
      this.left = left;
    }

    @Override
    public int read() {
      throw new UnsupportedOperationException();
    }

    @Override
    public int read(byte[] bytes, int offset, int count) {
      if (left == 0) {
        return -1;
      }
      int some = (int) Math.min(left, count);
      for (int i = 0; i < some; i++) {
        seed = seed * 1103515245 + 12345;
        bytes[offset + i] = (byte) (seed >> 16);
      }
      crc.update(bytes, offset, some);
      left -= some;
      return some;
    }
  }

  /** Begins to take only after a while, when everything on the way is full. */
  private static final class Sink extends OutputStream {
    private final CRC32 crc = new CRC32();
    private long count;

    @Override
    public void write(int b) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void write(byte[] bytes, int offset, int some) throws IOException {
      if (count == 0) {
        try {
          Thread.sleep(700);
        } catch (InterruptedException impossible) {
          throw new IOException(impossible);
        }
      }
      crc.update(bytes, offset, some);
      count += some;
    }
  }
}
