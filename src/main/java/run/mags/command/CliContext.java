package run.mags.command;

import java.util.function.Consumer;
import run.mags.config.Config;
import run.mags.terminal.Output;
import run.mags.wait.Poller;

/** What a command may use; each thing is made when it is first asked for. */
public final class CliContext implements AutoCloseable {
  private final Host host;
  private final MagsCommand options;
  private final Output output;
  private Config config;
  private Poller poller;

  /** The context of one command line. */
  public CliContext(Host host, MagsCommand options, Output output) {
    this.host = host;
    this.options = options;
    this.output = output;
  }

  /** The outside world. */
  public Host host() {
    return host;
  }

  /** Where results and notes go. */
  public Output output() {
    return output;
  }

  /** The settings. */
  public Config config() {
    if (config == null) {
      config = new Config(host.env(), host.home());
    }
    return config;
  }

  /** How to wait. */
  public Poller poller() {
    if (poller == null) {
      poller = new Poller(host.sleeper());
    }
    return poller;
  }

  /** Whether the local backend is to be used. */
  public boolean local() {
    return options.local() || config().localByDefault();
  }

  /** Takes a line for {@code --debug}; it goes nowhere without that option. */
  public Consumer<String> debug() {
    return options.debug() ? line -> output.error("debug: " + line) : line -> {};
  }

  @Override
  public void close() {}
}
