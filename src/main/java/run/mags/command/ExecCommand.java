package run.mags.command;

import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import run.mags.command.option.CommandArgument;
import run.mags.command.option.DurationConverter;
import run.mags.ssh.RemoteCommand;
import run.mags.ssh.SshConnection;

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
      "  mags exec --script deploy.sh --env STAGE=test --timeout 10m dev",
      "  id=$(mags exec -d dev 'make all') && mags wait dev --exec $id"
    })
public final class ExecCommand extends BaseCommand implements TakesRemoteCommand {
  @Mixin final CommandArgument argument = new CommandArgument();

  @Option(
      names = {"-n", "--no-stdin"},
      description = "The command gets no input; ours is not read.")
  boolean noStdin;

  @Option(
      names = {"-t", "--tty"},
      description = "Give the command a terminal, ours if there is one.")
  boolean tty;

  @Option(
      names = {"-d", "--detach"},
      description = {
        "Let it go on without us: print its id and leave. See",
        "mags wait --exec, mags logs --exec, mags stop --exec."
      })
  boolean detach;

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
    check(cli);
    Host host = cli.host();
    RemoteCommand command = argument.command(host.env(), host.terminal().in(), host.cwd());
    if (detach) {
      return new DetachedRun(cli, argument.job(), connectTimeout).start(command);
    }
    try (SshConnection connection = Connecting.to(cli, argument.job(), connectTimeout)) {
      boolean input =
          !noStdin && !argument.readsStdin() && (tty || !host.terminal().inIsTerminal());
      return new RemoteRun(cli, connection, input, tty, List::of)
          .run(command, timeout == null ? RemoteRun.FOR_EVER : timeout);
    }
  }

  private void check(CliContext cli) {
    if (tty && cli.output().isJson()) {
      throw usage("--tty and --json exclude each other: a terminal has one stream for everything");
    }
    if (detach && tty) {
      throw usage("--detach and --tty exclude each other: nobody would be at the terminal");
    }
    if (detach && timeout != null) {
      throw usage("--detach and --timeout exclude each other; in the command: timeout 10m COMMAND");
    }
  }
}
