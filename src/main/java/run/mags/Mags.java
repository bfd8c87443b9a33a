package run.mags;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
    if (args.length == 1 && (args[0].equals("--version") || args[0].equals("-v"))) {
      // Scripts ask for this often: it must not load the option parser.
      return printVersion(host);
    }
    return new Invocation(host, args).run();
  }

  private static int printVersion(Host host) {
    try {
      String line = "mags v" + Version.text() + "\n";
      host.terminal().out().write(line.getBytes(StandardCharsets.US_ASCII));
      return ExitCode.OK;
    } catch (IOException unwritable) {
      Output output = new Output(host.terminal(), false, false, new Style(false));
      return new ErrorReporter(output, false).report(new OutputException(unwritable), false);
    }
  }
}
