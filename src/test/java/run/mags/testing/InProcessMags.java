package run.mags.testing;

import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import run.mags.Mags;
import run.mags.command.Host;
import run.mags.terminal.Signals;
import run.mags.wait.Sleeper;

/** The program inside of the test's own process: a tenth of the time of a process of its own. */
public final class InProcessMags implements MagsProcess {
  @Override
  public CliResult run(List<String> args, byte[] stdin, Map<String, String> env, Path cwd) {
    FakeTerminal terminal = new FakeTerminal(stdin);
    Host host =
        new Host(
            terminal,
            Map.copyOf(env),
            Path.of(env.get("HOME")),
            cwd,
            Clock.systemUTC(),
            Sleeper.SYSTEM,
            Signals.NONE,
            code -> {
              throw new AssertionError("ended at once with " + code);
            });
    int exitCode = Mags.run(host, args.toArray(String[]::new));
    return terminal.result(exitCode);
  }
}
