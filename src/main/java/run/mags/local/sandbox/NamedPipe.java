package run.mags.local.sandbox;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/**
 * A named pipe for one output of a process. The JDK closes a process's own pipes as soon as the
 * process exits, which would lose what its children write later, and kill them for it.
 *
 * <p>Both ends are held open until {@link #close}, so that nobody who opens one waits for the other
 * and no reader sees an end before there was a writer.
 */
public final class NamedPipe implements AutoCloseable {
  private final Path path;
  private final FileChannel held;

  private NamedPipe(Path path, FileChannel held) {
    this.path = path;
    this.held = held;
  }

  /** Opened for reading and writing a named pipe does not wait (Linux, fifo(7)). */
  static NamedPipe open(Path path) throws IOException {
    return new NamedPipe(
        path, FileChannel.open(path, Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE)));
  }

  /** The process's end. */
  public ProcessBuilder.Redirect writing() {
    return ProcessBuilder.Redirect.to(path.toFile());
  }

  /**
   * Our end, which the caller closes, from another thread too while one reads. After {@link #close}
   * it is at its end when nobody writes any more.
   */
  public ReadableByteChannel reading() throws IOException {
    return Files.newByteChannel(path, StandardOpenOption.READ);
  }

  /** Takes the name away, once the process has started or will not. */
  @Override
  public void close() throws IOException {
    try (held) {
      Files.deleteIfExists(path);
    }
  }
}
