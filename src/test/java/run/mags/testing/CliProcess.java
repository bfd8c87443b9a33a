package run.mags.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A program that runs as a process of its own, with an environment that nothing leaks into. */
public final class CliProcess implements MagsProcess {
  /** Far more than any command of a test needs; only a hang meets it. */
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final List<String> program;

  /** Runs {@code program}, whose first word is the path of an executable file. */
  public CliProcess(String... program) {
    this.program = List.of(program);
  }

  /** The launcher of the image that the build made. */
  public static CliProcess launcher() {
    return new CliProcess(image().resolve("bin/mags").toString());
  }

  /** The directory of the image that the build made. */
  public static Path image() {
    String image = System.getProperty("mags.image");
    if (image == null) {
      throw new IllegalStateException("run by `mvn verify`, which sets mags.image");
    }
    return Path.of(image);
  }

  @Override
  public CliResult run(List<String> args, byte[] stdin, Map<String, String> env, Path cwd)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(program);
    command.addAll(args);
    ProcessBuilder builder = new ProcessBuilder(command).directory(cwd.toFile());
    builder.environment().clear();
    builder.environment().putAll(env);
    // A process that outlives its test is started by those tests only that are about it.
    builder.environment().putIfAbsent("MAGS_KEEPER", "off");
    Process process = builder.start();
    Collector out = new Collector(process.getInputStream());
    Collector err = new Collector(process.getErrorStream());
    Thread feeder = new Thread(() -> feed(process.getOutputStream(), stdin));
    feeder.setDaemon(true);
    feeder.start();
    if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().waitFor();
      throw new AssertionError(
          command + " did not end within " + LIMIT + ": " + result(process, out, err));
    }
    feeder.join();
    return result(process, out, err);
  }

  private static CliResult result(Process process, Collector out, Collector err)
      throws InterruptedException {
    return new CliResult(process.exitValue(), out.all(), err.all());
  }

  private static void feed(OutputStream to, byte[] stdin) {
    try (to) {
      to.write(stdin);
    } catch (IOException notWanted) {
      // The program ended, or closed its stdin, before it had read everything.
    }
  }

  /** Reads a stream to its end on a thread of its own. */
  private static final class Collector {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final Thread thread;

    Collector(InputStream from) {
      thread =
          new Thread(
              () -> {
                try (from) {
                  from.transferTo(bytes);
                } catch (IOException broken) {
                  throw new UncheckedIOException(broken);
                }
              });
      thread.setDaemon(true);
      thread.start();
    }

    byte[] all() throws InterruptedException {
      thread.join(LIMIT.toMillis());
      if (thread.isAlive()) {
        throw new AssertionError("a process that it left behind holds its output open");
      }
      return bytes.toByteArray();
    }
  }
}
