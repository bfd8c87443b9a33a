package run.mags.local.sandbox;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Named pipes, each used once. Java can make none, and a program that does costs more than a
 * millisecond, so that it is asked for many at a time.
 */
public final class NamedPipes {
  private static final int BATCH = 64;

  private final Path directory;
  private final int batch;
  private final Deque<Path> unused = new ArrayDeque<>();
  private long made;

  private NamedPipes(Path directory, int batch) {
    this.directory = directory;
    this.batch = batch;
  }

  /** Pipes in this directory, which is emptied, or made for its owner alone. */
  public static NamedPipes in(Path directory) throws IOException {
    return in(directory, BATCH);
  }

  /** The same, told how many there should be in stock. */
  public static NamedPipes in(Path directory, int batch) throws IOException {
    DirectoryTree.delete(directory);
    DirectoryTree.createPrivate(directory);
    return new NamedPipes(directory, batch);
  }

  /** The next one, which the caller closes. */
  public synchronized NamedPipe take() throws IOException {
    if (unused.isEmpty()) {
      make();
    }
    return NamedPipe.open(unused.remove());
  }

  private void make() throws IOException {
    List<String> command = new ArrayList<>(List.of("mkfifo", "-m", "600"));
    List<Path> paths = new ArrayList<>();
    for (int i = 0; i < batch; i++) {
      Path path = directory.resolve(Long.toString(made++));
      paths.add(path);
      command.add(path.toString());
    }
    Process mkfifo = new ProcessBuilder(command).redirectErrorStream(true).start();
    mkfifo.getOutputStream().close();
    String said = new String(mkfifo.getInputStream().readAllBytes(), Charset.defaultCharset());
    try {
      if (mkfifo.waitFor() != 0) {
        throw new IOException("mkfifo failed: " + said.strip());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    unused.addAll(paths);
  }

  /** Takes those that are left away. */
  public synchronized void remove() throws IOException {
    unused.clear();
    DirectoryTree.delete(directory);
  }
}
