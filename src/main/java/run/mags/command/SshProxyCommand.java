package run.mags.command;

import java.time.Duration;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import run.mags.client.MagsClient;
import run.mags.command.option.DurationConverter;
import run.mags.error.ExitCode;
import run.mags.ssh.RelayHostKey;
import run.mags.ssh.SshRelay;
import run.mags.terminal.LateNote;
import run.mags.terminal.Signals;
import run.mags.wait.InterruptedWaitException;

/** {@code ssh-proxy}: what OpenSSH starts to get to a sandbox. */
@Command(
    name = "ssh-proxy",
    description = {
      "Carry SSH between an OpenSSH client and a sandbox, as its ProxyCommand.",
      "Nobody types this: mags ssh-config writes it into OpenSSH's configuration.",
      "A sandbox that sleeps is woken. Nothing but SSH goes to standard output."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  mags ssh-config --install && ssh dev.mags",
      "  ssh -o ProxyCommand='mags ssh-proxy dev' root@dev"
    })
public final class SshProxyCommand extends BaseCommand {
  private static final Duration NOTE_AFTER = Duration.ofSeconds(5);

  @Parameters(paramLabel = "NAME|ID", description = "The sandbox; .mags at the end is left out.")
  String job;

  @Option(
      names = "--connect-timeout",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "How long to try to reach the sandbox (default 60s).")
  Duration connectTimeout;

  /** The command. */
  public SshProxyCommand(Supplier<CliContext> context) {
    super(context);
  }

  @Override
  protected int execute(CliContext cli) {
    Host host = cli.host();
    if (host.terminal().inIsTerminal() || host.terminal().outIsTerminal()) {
      throw usage("ssh-proxy is for OpenSSH to start; for a shell: mags ssh NAME");
    }
    String name =
        job.endsWith(OpenSshFiles.SUFFIX) && job.length() > OpenSshFiles.SUFFIX.length()
            ? job.substring(0, job.length() - OpenSshFiles.SUFFIX.length())
            : job;
    Duration limit = connectTimeout == null ? MagsClient.DEFAULT_LIMIT : connectTimeout;
    // OpenSSH hangs up on us when it is done: nothing is to be said then.
    Signals.Registration quiet =
        host.signals()
            .handle(ExitSignal.NAMES, signal -> host.exit().accept(ExitSignal.exitCode(signal)));
    try {
      RelayHostKey key = new OpenSshFiles(cli).hostKey();
      SshRelay relay =
          new SshRelay(
              key,
              host.terminal().in(),
              host.terminal().out(),
              () -> host.exit().accept(ExitCode.OK));
      relay.run(
          () ->
              LateNote.during(
                  cli.output(),
                  () -> "waiting for " + name + ", up to " + limit.toSeconds() + " s",
                  NOTE_AFTER,
                  () -> cli.mags().connect(name, limit)));
      return ExitCode.OK;
    } catch (InterruptedException interrupt) {
      throw new InterruptedWaitException(null);
    } finally {
      quiet.close();
    }
  }
}
