package run.mags;

import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import run.mags.client.KeptConnections;
import run.mags.command.CliContext;
import run.mags.command.ErrorReporter;
import run.mags.command.HelpPage;
import run.mags.command.Host;
import run.mags.command.MagsCommand;
import run.mags.command.MagsCommandModel;
import run.mags.command.TakesRemoteCommand;
import run.mags.command.local.LocalEndpoint;
import run.mags.config.EnvVar;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.terminal.Output;
import run.mags.terminal.OutputException;
import run.mags.terminal.Signals;
import run.mags.terminal.Style;
import run.mags.wait.InterruptedWaitException;

/**
 * One command line: puts the program together and runs it. Only the command that is asked for is
 * built; all of them only for the help and for suggestions.
 *
 * <p>No lambda or method reference stands on the way to a command: the first one costs a cold JVM
 * more than everything else here.
 */
final class Invocation
    implements Supplier<CliContext>,
        Runnable,
        CommandLine.IExecutionStrategy,
        CommandLine.IExecutionExceptionHandler,
        CommandLine.IParameterExceptionHandler {

  private final Host host;
  private final KeptConnections kept;
  private final String[] args;
  private final HelpStream help = new HelpStream();
  private final MagsCommand options = new MagsCommand();
  private volatile Output output;
  private volatile CliContext context;

  Invocation(Host host, String[] args) {
    this(host, null, args);
  }

  /** A command line that uses connections which outlive it; null for connections of its own. */
  Invocation(Host host, KeptConnections kept, String[] args) {
    this.host = host;
    this.kept = kept;
    this.args = inOrder(args);
  }

  /**
   * The arguments as they are meant: {@code --help} before a command asks for that command's page,
   * and {@code --} before it says nothing.
   */
  private static String[] inOrder(String[] given) {
    String command = firstWord(given);
    List<String> ordered = new ArrayList<>();
    boolean help = false;
    for (int i = 0; i < given.length; i++) {
      boolean before = command != null && !ordered.contains(command);
      boolean asksForHelp = before && (given[i].equals("--help") || given[i].equals("-h"));
      help |= asksForHelp;
      if (!asksForHelp && !(before && given[i].equals("--"))) {
        ordered.add(given[i]);
        if (help && given[i].equals(command)) {
          ordered.add("--help");
          help = false;
        }
      }
    }
    return ordered.toArray(new String[0]);
  }

  /** Reports that whoever ran it is gone, and answers the exit code for that. */
  int lost() {
    CliException loss =
        new CliException(
            ErrorKind.CONNECTION,
            "the keeper ended before the command had",
            "it may have begun and was not started a second time; without a keeper:"
                + " MAGS_KEEPER=off");
    boolean remote = "exec".equals(firstWord(args));
    return reporter().report(loss, remote);
  }

  /** Runs it and answers its exit code. Never throws. */
  int exitCode() {
    Signals.Registration lastWords = host.signals().beforeEnd(this);
    try {
      return execute();
    } finally {
      lastWords.close();
    }
  }

  /** A signal ends us where nothing waits for one: says so, and what may go on without us. */
  @Override
  public void run() {
    CliContext current = context;
    String left = current == null ? null : current.left();
    reporter().report(new InterruptedWaitException(left), false);
  }

  private int execute() {
    PrintWriter out = writer();
    try {
      int exitCode = commandLine(out).execute(args);
      // A PrintWriter keeps quiet about what it cannot write.
      out.flush();
      return help.failure == null
          ? exitCode
          : reporter().report(new OutputException(help.failure), false);
    } catch (Error fatal) {
      return reporter().report(fatal, false);
    } finally {
      if (context != null) {
        context.close();
      }
    }
  }

  private PrintWriter writer() {
    return new PrintWriter(new OutputStreamWriter(help, StandardCharsets.UTF_8));
  }

  /** The root with the command that is asked for, or with all of them when none is. */
  CommandLine commandLine(PrintWriter out) {
    CommandLine root = new CommandLine(MagsCommandModel.of(options));
    String asked = firstWord(args);
    Object only = asked == null ? null : Commands.named(asked, this);
    if (only != null && !asked.equals("help")) {
      root.addSubcommand(only);
    } else {
      for (String name : Commands.NAMES) {
        root.addSubcommand(Commands.named(name, this));
      }
    }
    root.setOut(out);
    root.setExpandAtFiles(false);
    // As everywhere: the last one counts, and saying a thing twice is no mistake.
    root.setOverwrittenOptionsAllowed(true);
    root.setCaseInsensitiveEnumValuesAllowed(true);
    root.setHelpFactory(new HelpPage.Factory());
    root.setExecutionStrategy(this);
    root.setExecutionExceptionHandler(this);
    root.setParameterExceptionHandler(this);
    for (CommandLine subcommand : root.getSubcommands().values()) {
      subcommand.getCommandSpec().usageMessage().abbreviateSynopsis(true);
      if (subcommand.getCommand() instanceof TakesRemoteCommand) {
        // From the first positional on, everything belongs to the remote side.
        subcommand.setStopAtPositional(true);
      }
    }
    return root;
  }

  /** The first word that is no global option: the command, if there is one. */
  private static String firstWord(String[] args) {
    for (int i = 0; i < args.length; i++) {
      if (!args[i].startsWith("-")) {
        return args[i];
      }
      if (args[i].equals("--color")) {
        i++;
      }
    }
    return null;
  }

  @Override
  public CliContext get() {
    if (context == null) {
      context = new CliContext(host, options, output(), new LocalEndpoint(), kept);
    }
    return context;
  }

  private Output output() {
    if (output == null) {
      output =
          new Output(
              host.terminal(), options.json() || jsonAsked(), options.quiet(), new Style(colors()));
    }
    return output;
  }

  /** Whether {@code --json} stands before anything that may be the remote's; for broken lines. */
  private boolean jsonAsked() {
    String command = firstWord(args);
    for (String arg : args) {
      boolean option = arg.startsWith("-") && !arg.equals("--");
      if (!option && !arg.equals(command)) {
        return false;
      }
      if (arg.equals("--json")) {
        return true;
      }
    }
    return false;
  }

  private boolean colors() {
    return options.color().colors(host.env(), host.terminal());
  }

  private ErrorReporter reporter() {
    boolean annotates = EnvVar.GITHUB_ACTIONS.isOn(host.env());
    return new ErrorReporter(output(), options.debug(), annotates);
  }

  @Override
  public int execute(ParseResult parsed) {
    CommandLine root = parsed.commandSpec().commandLine();
    root.setColorScheme(CommandLine.Help.defaultColorScheme(colors() ? Ansi.ON : Ansi.OFF));
    return new CommandLine.RunLast().execute(parsed);
  }

  @Override
  public int handleExecutionException(
      Exception thrown, CommandLine commandLine, ParseResult parsed) {
    return reporter().handleExecutionException(thrown, commandLine, parsed);
  }

  @Override
  public int handleParseException(ParameterException thrown, String[] given) {
    return reporter().handleParseException(thrown, given);
  }

  /** Standard output for help pages; remembers the first failure. */
  private final class HelpStream extends OutputStream {
    private IOException failure;

    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) {
      if (failure != null) {
        return;
      }
      try {
        host.terminal().out().write(bytes, offset, count);
      } catch (IOException unwritable) {
        failure = unwritable;
      }
    }
  }
}
