package run.mags.command;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import run.mags.client.MagsClient;
import run.mags.command.option.DurationConverter;
import run.mags.command.option.EnvOptions;
import run.mags.command.option.ForwardOptions;
import run.mags.command.option.TextSource;
import run.mags.ssh.Forward;
import run.mags.ssh.Forwards;
import run.mags.ssh.RemoteCommand;
import run.mags.ssh.SshConnection;
import run.mags.terminal.Printable;
import run.mags.terminal.Spinner;
import run.mags.wait.InterruptedWaitException;

/** {@code ssh}: a login shell in a sandbox, which is started when there is none. */
@Command(
    name = "ssh",
    description = {
      "Open a login shell in a sandbox, or run a command there as exec does.",
      "A sandbox that sleeps is woken; where there is none of that name, one is made.",
      "In a session, ~. at the beginning of a line ends it, and ~? explains the keys."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  mags ssh dev",
      "  mags ssh -L 8080:localhost:80 -N dev",
      "  mags ssh -t dev 'cd /app && vim main.c'"
    })
public final class SshCommand extends BaseCommand implements TakesRemoteCommand {
  @Parameters(index = "0", paramLabel = "NAME|ID", description = "The sandbox.")
  String job;

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "COMMAND",
      description = "What to run instead of a shell: a command line, or words.")
  List<String> words = new ArrayList<>();

  @Mixin final ForwardOptions forwarding = new ForwardOptions();
  @Mixin final EnvOptions environment = new EnvOptions();

  @Option(
      names = {"-n", "--no-stdin"},
      description = "The command gets no input; ours is not read.")
  boolean noStdin;

  @Option(
      names = {"-t", "--tty"},
      description = "A terminal for COMMAND too, and also when ours is none.")
  boolean tty;

  @Option(names = "--no-start", description = "Fail where there is no sandbox of that name.")
  boolean noStart;

  @Option(
      names = "--workdir",
      paramLabel = "DIR",
      description = "Begin in this directory instead of /root.")
  String workdir;

  @Option(
      names = "--connect-timeout",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "How long to try to reach the sandbox (default 60s).")
  Duration connectTimeout;

  /** The command. */
  public SshCommand(Supplier<CliContext> context) {
    super(context);
  }

  @Override
  protected int execute(CliContext cli) {
    RemoteCommand command = command(cli);
    boolean keyboard = cli.host().terminal().inIsTerminal() && !noStdin;
    boolean onTerminal = tty || (command.isLoginShell() && keyboard);
    List<Forward> wanted = forwarding.forwards();
    check(cli, command, onTerminal, wanted);
    try (Forwards forwards = Forwards.listen(wanted, line -> note(cli, line));
        SshConnection connection = connect(cli)) {
      forwards.over(connection);
      if (forwarding.only()) {
        return forwardOnly(cli, connection);
      }
      boolean input = !noStdin && (onTerminal || !keyboard);
      return new RemoteRun(cli, connection, input, onTerminal, forwards::lines)
          .run(command, RemoteRun.FOR_EVER);
    }
  }

  private void check(
      CliContext cli, RemoteCommand command, boolean onTerminal, List<Forward> wanted) {
    if (forwarding.only() && (wanted.isEmpty() || !command.isLoginShell() || tty)) {
      throw usage("-N goes with -L, -R or -D, and without a command or a terminal");
    }
    if (onTerminal && !forwarding.only() && cli.output().isJson()) {
      throw usage("a session on a terminal has no JSON; give a command, without -t");
    }
  }

  private RemoteCommand command(CliContext cli) {
    List<String> given = new ArrayList<>(words);
    if (!given.isEmpty() && given.get(0).equals("--")) {
      given.remove(0);
    }
    TextSource.checkDecoded(given);
    if (given.size() == 1 && given.get(0).isBlank()) {
      throw usage("the command is empty; without one you get a shell");
    }
    Host host = cli.host();
    Map<String, String> variables =
        environment.variables(host.env(), host.terminal().in(), host.cwd());
    return given.isEmpty()
        ? RemoteCommand.loginShell(variables, workdir)
        : new RemoteCommand(given, variables, workdir);
  }

  private SshConnection connect(CliContext cli) {
    Duration limit = connectTimeout == null ? MagsClient.DEFAULT_LIMIT : connectTimeout;
    SandboxStart start = new SandboxStart(cli, job, limit);
    SshConnection connection =
        Interrupts.during(
            cli,
            start::hint,
            () ->
                Spinner.during(
                    cli.output(),
                    "connecting to " + job,
                    () -> noStart ? cli.mags().connect(job, limit) : start.connect()));
    if (start.hasStarted()) {
      cli.output().note("started " + Printable.line(job));
    }
    return connection;
  }

  /** In the middle of a session the cursor may be anywhere, and a line end alone is not enough. */
  private static void note(CliContext cli, String line) {
    cli.output().note(cli.host().terminal().errIsTerminal() ? "\r" + line + "\r" : line);
  }

  private static int forwardOnly(CliContext cli, SshConnection connection) {
    return Interrupts.during(
        cli,
        () -> null,
        () -> {
          try {
            throw connection.awaitLoss();
          } catch (InterruptedException interrupt) {
            throw new InterruptedWaitException(null);
          }
        });
  }
}
