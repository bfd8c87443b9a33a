package run.mags;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntConsumer;
import run.mags.command.Host;
import run.mags.keeper.KeeperSocket;
import run.mags.keeper.KeeperStart;
import run.mags.keeper.Relay;
import run.mags.keeper.Relayed;
import run.mags.terminal.Signals;
import run.mags.terminal.SystemSignals;
import run.mags.terminal.SystemTerminal;
import run.mags.wait.Sleeper;

/** Where the program begins and ends; the only place that touches the process itself. */
public final class Main {
  private Main() {}

  /** Runs one command line and ends the process with its exit code. */
  public static void main(String[] args) {
    // Two threads may be the first to log at once; SLF4J would then say so on stderr.
    System.setProperty("slf4j.internal.verbosity", "ERROR");
    int exitCode;
    try {
      exitCode = run(args);
    } catch (NoClassDefFoundError incomplete) {
      // Not even an error can be reported: the libraries for that are missing.
      System.err.println("error: mags is not complete: no class " + incomplete.getMessage());
      System.err.println("hint: install it again");
      exitCode = 1;
    }
    // Nothing is left to be flushed or restored, and idle threads of libraries do not hold us.
    halt(exitCode);
  }

  /** Runs one command line, here or in a keeper, and answers its exit code. */
  static int run(String... args) {
    SystemSignals signals = new SystemSignals();
    Signals.Registration firstWords = signals.beforeEnd(new FirstWords(args));
    try {
      Host host = host(signals);
      return Relayed.mayBe(args) ? relayed(host, firstWords, args) : Mags.run(host, args);
    } finally {
      firstWords.close();
    }
  }

  /** Runs a command line in a keeper, if one is there; else here, and starts one for the next. */
  private static int relayed(Host host, Signals.Registration firstWords, String... args) {
    KeeperSocket socket = KeeperSocket.of(processEnvironment(), host.home());
    if (socket == null) {
      return Mags.run(host, args);
    }
    // From here on the relay knows what to say.
    firstWords.close();
    int exitCode =
        new Relay(
                host.terminal(),
                new FileInputStream(FileDescriptor.in),
                host.env(),
                host.home(),
                host.cwd())
            .run(socket, args);
    if (exitCode == Relay.LOST) {
      return Mags.lost(host, args);
    }
    if (exitCode == Relay.NOT_DONE) {
      exitCode = Mags.run(host, args);
      if (exitCode == 0) {
        KeeperStart.start(socket, processEnvironment());
      }
    }
    return exitCode;
  }

  /** The environment of this process as it is. */
  static Map<String, String> processEnvironment() {
    return System.getenv();
  }

  /** Ends the process. */
  static void halt(int exitCode) {
    Runtime.getRuntime().halt(exitCode);
  }

  /** The world as this process sees it. */
  static Host host() {
    return host(new SystemSignals());
  }

  private static Host host(SystemSignals signals) {
    Map<String, String> env = environment();
    return new Host(
        new SystemTerminal(env),
        env,
        home(env),
        Path.of("").toAbsolutePath(),
        new LocalClock(),
        Sleeper.SYSTEM,
        signals,
        new Halt());
  }

  /**
   * The user's environment. The launcher may have had to set LC_ALL for Java's sake; it hands on
   * the user's own, empty where there is none.
   */
  private static Map<String, String> environment() {
    String locale = System.getProperty("mags.lc_all");
    if (locale == null) {
      return System.getenv();
    }
    Map<String, String> env = new HashMap<>(System.getenv());
    if (locale.isEmpty()) {
      env.remove("LC_ALL");
    } else {
      env.put("LC_ALL", locale);
    }
    return env;
  }

  /** HOME, as every other program has it; Java on its own asks the user database only. */
  private static Path home(Map<String, String> env) {
    String home = env.get("HOME");
    return Path.of(home != null && home.startsWith("/") ? home : System.getProperty("user.home"));
  }

  /** The system's clock, which reads the time zone, and all of Java's zones, when asked for it. */
  static final class LocalClock extends Clock {
    @Override
    public ZoneId getZone() {
      return ZoneId.systemDefault();
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return Clock.system(zone);
    }

    @Override
    public Instant instant() {
      return Instant.now();
    }
  }

  /** What a signal that comes before the command line is looked at leaves to say. */
  private static final class FirstWords implements Runnable {
    private final String[] args;

    FirstWords(String[] args) {
      this.args = args;
    }

    @Override
    public void run() {
      // Who presses TAB sees what is said, in the middle of a line.
      if (args.length == 0 || !args[0].equals(Completion.WORD)) {
        new Invocation(host(), args).run();
      }
    }
  }

  /** Not a lambda: the first of those costs every start some milliseconds. */
  private static final class Halt implements IntConsumer {
    @Override
    public void accept(int exitCode) {
      Runtime.getRuntime().halt(exitCode);
    }
  }
}
