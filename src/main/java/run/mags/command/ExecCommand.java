package run.mags.command;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import run.mags.client.MagsClient;
import run.mags.command.option.DurationConverter;
import run.mags.command.option.EnvOptions;
import run.mags.command.option.TextSource;
import run.mags.error.ShellWord;
import run.mags.ssh.RemoteCommand;
import run.mags.ssh.SshConnection;
import run.mags.terminal.Spinner;

/** {@code exec}: runs a command in a sandbox that is there. */
@Command(
    name = "exec",
    description = {
      "Run a command in a sandbox, over SSH; exit with its status.",
      "One word is a shell command line, several are passed on as they are.",
      "Failures of mags itself exit 125, a timeout 124."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  mags exec dev 'cd /app && make test'",
      "  mags exec -t dev top",
      "  mags exec dev -- grep -r 'two words' src",
      "  tar c src | mags exec dev 'tar x -C /root'",
      "  mags exec --script deploy.sh --env STAGE=test --timeout 10m dev"
    })
public final class ExecCommand extends BaseCommand implements ReturnsRemoteStatus {
  /** Longer than any command: the SSH side wants a limit. */
  private static final Duration FOR_EVER = Duration.ofDays(3650);

  @Parameters(index = "0", paramLabel = "NAME|ID", description = "The sandbox.")
  String job;

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "COMMAND",
      description = "The command and its arguments.")
  List<String> words = new ArrayList<>();

  @Mixin final EnvOptions environment = new EnvOptions();

  @Option(
      names = {"-n", "--no-stdin"},
      description = "The command gets no input; ours is not read.")
  boolean noStdin;

  @Option(
      names = {"-t", "--tty"},
      description = "Give the command a terminal, ours if there is one.")
  boolean tty;

  @Option(
      names = "--script",
      paramLabel = "FILE",
      description = "Run the shell script in FILE; - reads it from stdin.")
  Path script;

  @Option(
      names = "--workdir",
      paramLabel = "DIR",
      description = "Run it in this directory instead of /root.")
  String workdir;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "End the command, and all it started, after this time.")
  Duration timeout;

  @Option(
      names = "--connect-timeout",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "How long to try to reach the sandbox (default 60s).")
  Duration connectTimeout;

  /** The command. */
  public ExecCommand(Supplier<CliContext> context) {
    super(context);
  }

  @Override
  protected int execute(CliContext cli) {
    if (tty && cli.output().isJson()) {
      throw usage("--tty and --json exclude each other: a terminal has one stream for everything");
    }
    RemoteCommand command = command(cli);
    Duration limit = connectTimeout == null ? MagsClient.DEFAULT_LIMIT : connectTimeout;
    try (SshConnection connection =
        Interrupts.during(
            cli,
            () -> null,
            () ->
                Spinner.during(
                    cli.output(), "connecting to " + job, () -> cli.mags().connect(job, limit)))) {
      boolean input =
          !noStdin && !readsScriptFromStdin() && (tty || !cli.host().terminal().inIsTerminal());
      return new RemoteRun(cli, connection, input, tty)
          .run(command, timeout == null ? FOR_EVER : timeout);
    }
  }

  private RemoteCommand command(CliContext cli) {
    List<String> given = new ArrayList<>(words);
    if (!given.isEmpty() && given.get(0).equals("--")) {
      given.remove(0);
    }
    TextSource.checkDecoded(given);
    if (script != null) {
      if (!given.isEmpty()) {
        throw usage("give the command as words or with --script, not both");
      }
      given.add(TextSource.readScript(script, cli.host().terminal().in(), cli.host().cwd()));
    }
    if (given.isEmpty() || (given.size() == 1 && given.get(0).isBlank())) {
      throw usage(
          "no command was given; for instance: mags exec " + ShellWord.of(job) + " 'ls -la'");
    }
    return new RemoteCommand(
        given,
        environment.variables(cli.host().env(), cli.host().terminal().in(), cli.host().cwd()),
        workdir);
  }

  private boolean readsScriptFromStdin() {
    return script != null && script.toString().equals("-");
  }
}
