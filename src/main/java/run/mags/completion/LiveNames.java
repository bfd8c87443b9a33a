package run.mags.completion;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import run.mags.wait.Sleeper;

/**
 * Names from the cache, and from the API where there are none. The API is asked by a process of its
 * own, {@code mags __names KIND}: this one stays lean, and need not wait for it. What is known but
 * no longer fresh is answered at once and asked for anew meanwhile; where nothing is known the
 * answer is waited for, at most {@link #PATIENCE}. Nothing is asked of an API that just failed.
 */
public final class LiveNames implements Completer.Names {
  /** As long someone who has pressed TAB may wait. */
  static final Duration PATIENCE = Duration.ofSeconds(1);

  private static final long LOOK_EVERY_MS = 4;

  private final Map<String, String> env;
  private final Path home;
  private final Path cwd;
  private final Clock clock;
  private final Sleeper sleeper;
  private final List<String> program;

  /**
   * Names for a user.
   *
   * @param cwd the working directory
   * @param program the command that runs this program, to be followed by its arguments
   */
  public LiveNames(
      Map<String, String> env,
      Path home,
      Path cwd,
      Clock clock,
      Sleeper sleeper,
      List<String> program) {
    this.env = env;
    this.home = home;
    this.cwd = cwd;
    this.clock = clock;
    this.sleeper = sleeper;
    this.program = program;
  }

  @Override
  public List<Candidate> of(Kind kind, boolean local) {
    try {
      Optional<NameCache> cache = NameCache.of(env, home, local, clock);
      if (cache.isEmpty()) {
        return NameCache.parse(answer(start(kind, local, true)));
      }
      Optional<NameCache.Known> known = cache.get().read(kind);
      boolean asks =
          (known.isEmpty() || !known.get().fresh())
              && cache.get().claim(kind, FileTime.fromMillis(clock.millis()));
      if (known.isPresent()) {
        if (asks) {
          start(kind, local, false);
        }
        return known.get().names();
      }
      return asks ? NameCache.parse(answer(start(kind, local, true))) : List.of();
    } catch (IOException noProcess) {
      return List.of();
    } catch (InterruptedException interrupt) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }

  /** Asks the API in the background. */
  private Process start(Kind kind, boolean local, boolean listening) throws IOException {
    List<String> command = new ArrayList<>(program);
    command.add("__names");
    command.add(kind.word());
    if (local) {
      command.add("--local");
    }
    ProcessBuilder builder = new ProcessBuilder(command).directory(cwd.toFile());
    builder.environment().clear();
    builder.environment().putAll(env);
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    if (!listening) {
      builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    }
    Process process = builder.start();
    process.getOutputStream().close();
    return process;
  }

  /**
   * What the process prints within our patience; nothing if it needs longer. It goes on then, and
   * the next TAB finds what it has remembered.
   */
  private String answer(Process process) throws IOException, InterruptedException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    InputStream out = process.getInputStream();
    long end = sleeper.nanos() + PATIENCE.toNanos();
    boolean alive = true;
    while (true) {
      byte[] some = out.readNBytes(out.available());
      bytes.write(some, 0, some.length);
      if (!alive && some.length == 0) {
        return process.exitValue() == 0 ? bytes.toString(StandardCharsets.UTF_8) : "";
      }
      if (sleeper.nanos() >= end) {
        return "";
      }
      alive = process.isAlive();
      if (alive && some.length == 0) {
        sleeper.sleep(Duration.ofMillis(LOOK_EVERY_MS));
      }
    }
  }
}
