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
import run.mags.command.BrowserCommand;
import run.mags.command.BrowserCommandModel;
import run.mags.command.CliContext;
import run.mags.command.ErrorReporter;
import run.mags.command.ExecCommand;
import run.mags.command.ExecCommandModel;
import run.mags.command.HelpCommand;
import run.mags.command.HelpCommandModel;
import run.mags.command.HelpPage;
import run.mags.command.Host;
import run.mags.command.ListCommand;
import run.mags.command.ListCommandModel;
import run.mags.command.LoginCommand;
import run.mags.command.LoginCommandModel;
import run.mags.command.LogoutCommand;
import run.mags.command.LogoutCommandModel;
import run.mags.command.LogsCommand;
import run.mags.command.LogsCommandModel;
import run.mags.command.MagsCommand;
import run.mags.command.MagsCommandModel;
import run.mags.command.NewCommand;
import run.mags.command.NewCommandModel;
import run.mags.command.PoolCommand;
import run.mags.command.PoolCommandModel;
import run.mags.command.ResizeCommand;
import run.mags.command.ResizeCommandModel;
import run.mags.command.RunCommand;
import run.mags.command.RunCommandModel;
import run.mags.command.SetCommand;
import run.mags.command.SetCommandModel;
import run.mags.command.SetupClaudeCommand;
import run.mags.command.SetupClaudeCommandModel;
import run.mags.command.SshCommand;
import run.mags.command.SshCommandModel;
import run.mags.command.StatusCommand;
import run.mags.command.StatusCommandModel;
import run.mags.command.StopCommand;
import run.mags.command.StopCommandModel;
import run.mags.command.SyncCommand;
import run.mags.command.SyncCommandModel;
import run.mags.command.TakesRemoteCommand;
import run.mags.command.UsageCommand;
import run.mags.command.UsageCommandModel;
import run.mags.command.WaitCommand;
import run.mags.command.WaitCommandModel;
import run.mags.command.WhoamiCommand;
import run.mags.command.WhoamiCommandModel;
import run.mags.command.cron.CronCommand;
import run.mags.command.local.LocalCommand;
import run.mags.command.local.LocalEndpoint;
import run.mags.command.url.UrlCommand;
import run.mags.command.workspace.WorkspaceCommand;
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

  /** The commands in the order of the help. */
  private static final List<String> NAMES =
      List.of(
          "new",
          "run",
          "exec",
          "ssh",
          "list",
          "status",
          "logs",
          "url",
          "wait",
          "stop",
          "resize",
          "sync",
          "set",
          "workspace",
          "cron",
          "usage",
          "pool",
          "browser",
          "setup-claude",
          "login",
          "logout",
          "whoami",
          "local",
          "help");

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

  /**
   * A new command of this name, or null. The type says less than it could: for a closer one the
   * verifier would load every command to see that it fits.
   */
  private Object command(String name) {
    return switch (name) {
      case "new" -> NewCommandModel.of(new NewCommand(this));
      case "run" -> RunCommandModel.of(new RunCommand(this));
      case "exec" -> ExecCommandModel.of(new ExecCommand(this));
      case "ssh" -> SshCommandModel.of(new SshCommand(this));
      case "list", "ls" -> ListCommandModel.of(new ListCommand(this));
      case "status" -> StatusCommandModel.of(new StatusCommand(this));
      case "logs" -> LogsCommandModel.of(new LogsCommand(this));
      case "url" -> UrlCommand.group(this);
      case "wait" -> WaitCommandModel.of(new WaitCommand(this));
      case "stop" -> StopCommandModel.of(new StopCommand(this));
      case "resize" -> ResizeCommandModel.of(new ResizeCommand(this));
      case "sync" -> SyncCommandModel.of(new SyncCommand(this));
      case "set" -> SetCommandModel.of(new SetCommand(this));
      case "workspace", "ws" -> WorkspaceCommand.group(this);
      case "cron" -> CronCommand.group(this);
      case "usage" -> UsageCommandModel.of(new UsageCommand(this));
      case "pool" -> PoolCommandModel.of(new PoolCommand(this));
      case "browser" -> BrowserCommandModel.of(new BrowserCommand(this));
      case "setup-claude" -> SetupClaudeCommandModel.of(new SetupClaudeCommand(this));
      case "login" -> LoginCommandModel.of(new LoginCommand(this));
      case "logout" -> LogoutCommandModel.of(new LogoutCommand(this));
      case "whoami" -> WhoamiCommandModel.of(new WhoamiCommand(this));
      case "local" -> LocalCommand.group(this);
      case "help" -> HelpCommandModel.of(new HelpCommand(this));
      default -> null;
    };
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
    return new ErrorReporter(output(), false).report(loss, remote);
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
    Object only = asked == null ? null : command(asked);
    if (only != null && !asked.equals("help")) {
      root.addSubcommand(only);
    } else {
      for (String name : NAMES) {
        root.addSubcommand(command(name));
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
    return new ErrorReporter(output(), options.debug());
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
