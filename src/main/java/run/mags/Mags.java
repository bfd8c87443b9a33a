package run.mags;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import run.mags.client.KeptConnections;
import run.mags.command.ColorChoice;
import run.mags.command.ErrorReporter;
import run.mags.command.Host;
import run.mags.command.Version;
import run.mags.error.ExitCode;
import run.mags.terminal.Output;
import run.mags.terminal.OutputException;
import run.mags.terminal.Style;

/** The program as a function: from a host and a command line to an exit code. */
public final class Mags {
  private Mags() {}

  /** Runs one command line in {@code host} and answers its exit code. Never throws. */
  public static int run(Host host, String... args) {
    return run(host, null, args);
  }

  /** The same with connections that outlive it; null for connections of its own. */
  static int run(Host host, KeptConnections kept, String... args) {
    if (args.length == 1 && (args[0].equals("--version") || args[0].equals("-v"))) {
      // Scripts ask for this often: it must not load the option parser.
      return print(host, ("mags v" + Version.text() + "\n").getBytes(StandardCharsets.US_ASCII));
    }
    if (args.length > 0 && args[0].equals(Completion.WORD)) {
      return Completion.run(host, args);
    }
    byte[] page = helpPage(host, args);
    return page == null ? new Invocation(host, kept, args).exitCode() : print(host, page);
  }

  /** Says that the keeper which ran this command line is gone, and answers the exit code. */
  static int lost(Host host, String... args) {
    return new Invocation(host, args).lost();
  }

  /** The page that is asked for, if it is stored. Whatever fails here, the parser knows it, too. */
  private static byte[] helpPage(Host host, String... args) {
    try {
      return StoredHelp.page(args, ColorChoice.auto.colors(host.env(), host.terminal()));
    } catch (IOException broken) {
      return null;
    }
  }

  private static int print(Host host, byte[] text) {
    try {
      host.terminal().out().write(text);
      return ExitCode.OK;
    } catch (IOException unwritable) {
      Output output = new Output(host.terminal(), false, false, new Style(false));
      return new ErrorReporter(output, false, false).report(new OutputException(unwritable), false);
    }
  }
}
