package run.mags.command.local;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import run.mags.command.CliContext;
import run.mags.config.EnvVar;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.terminal.Signals;

/**
 * A command on this machine, on our own streams.
 *
 * @param cli whose signals are passed on
 * @param argv the command
 */
record ChildCommand(CliContext cli, List<String> argv) {
  private static final List<String> TIE = List.of("setpriv", "--pdeathsig", "TERM", "--");

  /** Runs it with the variables that lead to a backend; answers its exit code. */
  int run(URI url, String token) {
    ProcessBuilder builder =
        new ProcessBuilder(tied()).directory(cli.host().cwd().toFile()).inheritIO();
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.putAll(cli.host().env());
    // Else a mags among its children would ask another backend, or with another token.
    environment.keySet().removeAll(List.of(EnvVar.MAGS_LOCAL.name(), EnvVar.MAGS_TOKEN.name()));
    environment.put(EnvVar.MAGS_API_URL.name(), url.toString());
    environment.put(EnvVar.MAGS_API_TOKEN.name(), token);
    // Before it starts: a signal in between would end this process and leave the command alone.
    Passing passing = new Passing();
    Signals.Registration signals =
        cli.host().signals().handle(List.of("INT", "TERM", "HUP", "QUIT"), passing::take);
    try {
      Process process = start(builder);
      passing.to(process);
      return waitFor(process);
    } finally {
      signals.close();
    }
  }

  private static int waitFor(Process process) {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new CliException(ErrorKind.INTERRUPTED, "interrupted", null, e);
    }
  }

  /** Hands signals on to the command, those that come too early once it is there. */
  private final class Passing {
    private final List<String> early = new ArrayList<>();
    private Process process;

    synchronized void take(String signal) {
      if (process == null) {
        early.add(signal);
      } else {
        pass(signal, process);
      }
    }

    synchronized void to(Process started) {
      process = started;
      early.forEach(signal -> pass(signal, started));
    }
  }

  /**
   * The command, told to end with us even if we are killed, where util-linux can do that. A command
   * that is not there is started as it is, for the error to be its own.
   */
  private List<String> tied() {
    if (!isThere(argv.get(0)) || !canTie()) {
      return argv;
    }
    List<String> tied = new ArrayList<>(TIE);
    tied.addAll(argv);
    return tied;
  }

  /** Busybox has a setpriv, too, which cannot do it. */
  private static boolean canTie() {
    List<String> trial = new ArrayList<>(TIE);
    trial.add("true");
    try {
      return new ProcessBuilder(trial)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException notThere) {
      return false;
    } catch (InterruptedException interrupt) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private boolean isThere(String program) {
    String path = cli.host().env().getOrDefault("PATH", "");
    if (program.contains("/")) {
      return isProgram(cli.host().cwd().resolve(program));
    }
    for (String directory : path.split(File.pathSeparator, -1)) {
      if (isProgram(cli.host().cwd().resolve(directory).resolve(program))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isProgram(Path file) {
    return Files.isRegularFile(file) && Files.isExecutable(file);
  }

  private Process start(ProcessBuilder builder) {
    try {
      return builder.start();
    } catch (IOException e) {
      throw new CliException(
          ErrorKind.FILE,
          "cannot run " + argv.get(0) + ": " + reason(e),
          "is it installed, and in PATH?",
          e);
    }
  }

  /**
   * The operating system's own words, which Java ends its message with: {@code error=2, No such
   * file or directory} on Java 17, {@code error: 2 (No such file or directory)} on 25.
   */
  private static String reason(IOException notStarted) {
    return notStarted
        .getMessage()
        .replaceFirst("(?s).*error(?:=\\d+, |: \\d+ \\()(.*?)\\)?\\s*$", "$1");
  }

  /** A terminal has sent its Ctrl-C to the command, too: it would come twice. */
  private void pass(String signal, Process process) {
    boolean typed = signal.equals("INT") || signal.equals("QUIT");
    if (typed && cli.host().terminal().inIsTerminal()) {
      return;
    }
    try {
      new ProcessBuilder("kill", "-s", signal, Long.toString(process.pid())).inheritIO().start();
    } catch (IOException noKill) {
      process.destroy();
    }
  }
}
