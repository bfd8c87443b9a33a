package run.mags.testing;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import run.mags.Mags;
import run.mags.command.Host;
import run.mags.terminal.Signals;
import run.mags.wait.Sleeper;

/** The program in this process, with everything around it in the test's hands. */
public final class MagsCli {
  private final Path home;
  private final Map<String, String> env = new HashMap<>();
  private Sleeper sleeper = Sleeper.SYSTEM;
  private Signals signals = Signals.NONE;
  private FakeTerminal terminal = new FakeTerminal("");

  /** A user with this home directory, which is the working directory, too. */
  public MagsCli(Path home) {
    this.home = home;
    env.put("HOME", home.toString());
    env.put("PATH", "/usr/bin:/bin");
  }

  /** Speaks to {@code api} with a token. */
  public MagsCli on(FakeApi api) {
    return env("MAGS_API_URL", api.url().toString()).env("MAGS_API_TOKEN", "not-a-real-token");
  }

  /** Sets a variable; null removes it. */
  public MagsCli env(String name, String value) {
    if (value == null) {
      env.remove(name);
    } else {
      env.put(name, value);
    }
    return this;
  }

  /** Time that passes at once. */
  public MagsCli sleeping(Sleeper other) {
    sleeper = other;
    return this;
  }

  /** Signals that a test sends. */
  public MagsCli signals(Signals other) {
    signals = other;
    return this;
  }

  /** What the next runs read, or the terminal they ask on. */
  public MagsCli terminal(FakeTerminal other) {
    terminal = other;
    return this;
  }

  /** Runs one command line. */
  public CliResult run(String... args) {
    FakeTerminal streams = terminal;
    terminal = new FakeTerminal("");
    Host host =
        new Host(
            streams,
            Map.copyOf(env),
            home,
            home,
            Clock.fixed(Instant.parse("2026-01-01T12:00:00Z"), ZoneOffset.UTC),
            sleeper,
            signals,
            code -> {
              throw new AssertionError("ended at once with " + code);
            });
    return streams.result(Mags.run(host, args));
  }
}
