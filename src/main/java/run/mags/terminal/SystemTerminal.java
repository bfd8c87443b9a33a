package run.mags.terminal;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The terminal of this process. Nothing is found out before it is asked for. */
public final class SystemTerminal implements Terminal {
  private static final int DEFAULT_WIDTH = 80;

  private final Map<String, String> env;

  /** Buffered because a FileInputStream fails on Java 17 to read all of what is not a file. */
  private final InputStream in = new BufferedInputStream(new FileInputStream(FileDescriptor.in));

  private final OutputStream out = new FileOutputStream(FileDescriptor.out);
  private final OutputStream err = new FileOutputStream(FileDescriptor.err);
  private final Boolean[] isTerminal = new Boolean[3];

  /** The terminal of this process; {@code env} may give its width in {@code COLUMNS}. */
  public SystemTerminal(Map<String, String> env) {
    this.env = env;
  }

  @Override
  public InputStream in() {
    return in;
  }

  @Override
  public OutputStream out() {
    return out;
  }

  @Override
  public OutputStream err() {
    return err;
  }

  @Override
  public boolean inIsTerminal() {
    return isTerminal(0);
  }

  @Override
  public boolean outIsTerminal() {
    return isTerminal(1);
  }

  @Override
  public boolean errIsTerminal() {
    return isTerminal(2);
  }

  private boolean isTerminal(int descriptor) {
    Boolean known = isTerminal[descriptor];
    if (known == null) {
      known = look(descriptor);
      isTerminal[descriptor] = known;
    }
    return known;
  }

  /** Java has no isatty; {@code System.console()} speaks for two streams at once. */
  private static boolean look(int descriptor) {
    Path link = Path.of("/proc/self/fd/" + descriptor);
    try {
      String target = Files.readSymbolicLink(link).toString();
      return target.startsWith("/dev/pts/")
          || target.startsWith("/dev/tty")
          || target.equals("/dev/console");
    } catch (IOException | UnsupportedOperationException noProcFileSystem) {
      return test(descriptor);
    }
  }

  /** Windows has no {@code test}; there the console answers, wrongly on JDK 22 to 24 only. */
  @SuppressWarnings("SystemConsoleNull")
  private static boolean test(int descriptor) {
    try {
      Process process =
          new ProcessBuilder("test", "-t", Integer.toString(descriptor)).inheritIO().start();
      return process.waitFor(2, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException noTestCommand) {
      return System.console() != null;
    } catch (InterruptedException interrupt) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public int width() {
    int width = number(env.get("COLUMNS"));
    if (width <= 0 && (outIsTerminal() || errIsTerminal())) {
      width = WindowSize.parse(Stty.run("size")).columns();
    }
    return width > 0 ? width : DEFAULT_WIDTH;
  }

  private static int number(String text) {
    try {
      return text == null ? 0 : Integer.parseInt(text.trim());
    } catch (NumberFormatException notANumber) {
      return 0;
    }
  }

  @Override
  public Optional<Screen> screen() {
    return Optional.ofNullable(SttyScreen.open());
  }

  @Override
  public String readSecret(String prompt) {
    String saved = Stty.run("-g");
    Thread restore = new Thread(() -> Stty.change(saved), "restore-terminal");
    Runtime.getRuntime().addShutdownHook(restore);
    try {
      Stty.change("-echo");
      return readLine(prompt);
    } finally {
      Stty.change(saved);
      Runtime.getRuntime().removeShutdownHook(restore);
      write("\n");
    }
  }

  @Override
  public String readLine(String prompt) {
    write(prompt);
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    try {
      int next = in.read();
      if (next < 0) {
        return null;
      }
      while (next >= 0 && next != '\n') {
        line.write(next);
        next = in.read();
      }
    } catch (IOException noMoreInput) {
      return null;
    }
    return line.toString(StandardCharsets.UTF_8);
  }

  private void write(String text) {
    try {
      err.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException nobodyListens) {
      // A prompt that cannot be shown is no reason to stop; the answer will be missing.
    }
  }
}
