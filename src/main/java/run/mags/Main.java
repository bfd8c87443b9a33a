package run.mags;

import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Map;
import run.mags.command.Host;
import run.mags.terminal.SystemSignals;
import run.mags.terminal.SystemTerminal;
import run.mags.wait.Sleeper;

/** Where the program begins and ends; the only place that touches the process itself. */
public final class Main {
  private Main() {}

  /** Runs one command line and ends the process with its exit code. */
  public static void main(String[] args) {
    Map<String, String> env = System.getenv();
    Host host =
        new Host(
            new SystemTerminal(env),
            env,
            Path.of(System.getProperty("user.home")),
            Path.of("").toAbsolutePath(),
            Clock.system(ZoneId.systemDefault()),
            Sleeper.SYSTEM,
            new SystemSignals(),
            code -> Runtime.getRuntime().halt(code));
    int exitCode = Mags.run(host, args);
    // Nothing is left to be flushed or restored, and idle threads of libraries do not hold us.
    Runtime.getRuntime().halt(exitCode);
  }
}
