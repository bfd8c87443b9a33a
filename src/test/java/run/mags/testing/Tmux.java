package run.mags.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * A real terminal with a shell in it: a tmux server of its own, whose prompt is {@code here>}. What
 * it waits for has to come within a bounded time.
 */
public final class Tmux implements AutoCloseable {
  private static final Path TMUX = Path.of("/usr/bin/tmux");
  private static final long LIMIT_NANOS = 30_000_000_000L;

  private final Path directory;

  private Tmux(Path directory) {
    this.directory = directory;
  }

  /** Starts one with its files in {@code directory}, and this environment besides the usual. */
  public static Tmux start(Path directory, Map<String, String> env) throws Exception {
    assumeTrue(
        Files.isExecutable(TMUX), "SKIPPED: no tmux (" + TMUX + ") on this machine; install tmux");
    Tmux tmux = new Tmux(Files.createDirectories(directory));
    List<String> shell = new ArrayList<>(List.of("env", "-i"));
    env.forEach((name, value) -> shell.add(name + "=" + value));
    shell.addAll(List.of("LC_ALL=C.UTF-8", "TERM=tmux-256color", "PS1=here> ", "/bin/sh", "-i"));
    List<String> command =
        new ArrayList<>(List.of("-f", "/dev/null", "new-session", "-d", "-x", "100", "-y", "30"));
    command.addAll(shell);
    tmux.run(command.toArray(String[]::new));
    tmux.await("^here> $");
    return tmux;
  }

  private String run(String... words) throws IOException {
    List<String> command = new ArrayList<>(List.of(TMUX.toString(), "-u", "-L", "test"));
    command.addAll(List.of(words));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().remove("TMUX");
    builder.environment().put("TMUX_TMPDIR", directory.toString());
    builder.environment().put("LC_ALL", "C.UTF-8");
    Process process = builder.start();
    process.getOutputStream().close();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IOException("tmux " + List.of(words) + ": " + printed);
      }
    } catch (InterruptedException interrupt) {
      Thread.currentThread().interrupt();
      throw new IOException(interrupt);
    }
    return printed;
  }

  /** Types text as it is. */
  public Tmux type(String text) throws Exception {
    run("send-keys", "-l", text);
    return this;
  }

  /** Presses keys by their names, such as {@code Enter}, {@code C-c}, {@code Escape}. */
  public Tmux press(String... keys) throws Exception {
    List<String> command = new ArrayList<>(List.of("send-keys"));
    command.addAll(List.of(keys));
    run(command.toArray(String[]::new));
    return this;
  }

  /** Types a line. */
  public Tmux enter(String line) throws Exception {
    return type(line).press("Enter");
  }

  /** Pastes a file. */
  public void paste(Path file) throws Exception {
    run("load-buffer", file.toString());
    run("paste-buffer");
  }

  /** Gives the window another size. */
  public void resize(int columns, int rows) throws Exception {
    run("resize-window", "-x", Integer.toString(columns), "-y", Integer.toString(rows));
  }

  /** What is on the screen, and the lines that have left it upwards. */
  public String screen() throws Exception {
    return run("capture-pane", "-p", "-J", "-S", "-");
  }

  /** The same with escape sequences for colours. */
  public String colouredScreen() throws Exception {
    return run("capture-pane", "-p", "-e", "-S", "-");
  }

  /** The one program that the shell runs now. */
  public ProcessHandle program() throws Exception {
    long shell = Long.parseLong(run("display-message", "-p", "#{pane_pid}").trim());
    return ProcessHandle.of(shell).orElseThrow().children().findFirst().orElseThrow();
  }

  /** Waits until the screen has a match; ^ and $ match at every line. */
  public Tmux await(String regex) throws Exception {
    Pattern pattern = Pattern.compile(regex, Pattern.MULTILINE);
    long deadline = System.nanoTime() + LIMIT_NANOS;
    String screen = screen();
    while (!pattern.matcher(screen).find()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("no " + regex + " on the screen:\n" + screen);
      }
      Thread.sleep(20);
      screen = screen();
    }
    return this;
  }

  @Override
  public void close() throws IOException {
    run("kill-server");
  }
}
