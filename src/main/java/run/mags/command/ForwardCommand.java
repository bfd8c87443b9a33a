package run.mags.command;

import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import run.mags.client.MagsClient;
import run.mags.command.option.DurationConverter;
import run.mags.command.option.PortPairs;
import run.mags.ssh.Forward;
import run.mags.ssh.Forwards;
import run.mags.wait.InterruptedWaitException;

/** {@code forward}: ports of a sandbox here, for as long as it lives. */
@Command(
    name = "forward",
    description = {
      "Forward ports between here and a sandbox until interrupted.",
      "A lost connection is made again. A sandbox that has gone to sleep is left",
      "asleep until someone connects to a port here, which wakes it."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  mags forward web 8080",
      "  mags forward web 0:3000 5432:localhost:5432",
      "  mags forward dev -R 9000:9000           the sandbox reaches port 9000 here"
    })
public final class ForwardCommand extends BaseCommand {
  @Mixin final PortPairs pairs = new PortPairs();

  @Option(
      names = "--connect-timeout",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "How long to try to reach the sandbox at first (default 60s).")
  Duration connectTimeout;

  /** The command. */
  public ForwardCommand(Supplier<CliContext> context) {
    super(context);
  }

  @Override
  protected int execute(CliContext cli) {
    List<Forward> wanted = pairs.forwards();
    if (wanted.isEmpty()) {
      throw usage("which ports? for instance: mags forward web 8080");
    }
    Duration limit = connectTimeout == null ? MagsClient.DEFAULT_LIMIT : connectTimeout;
    try (Forwards forwards = Forwards.listen(wanted, cli.output()::note)) {
      LastingForward lasting = new LastingForward(cli, pairs.job(), wanted, forwards);
      lasting.connect(limit);
      return Interrupts.during(
          cli,
          () -> null,
          () -> {
            try {
              return lasting.stay();
            } catch (InterruptedException interrupt) {
              throw new InterruptedWaitException(null);
            }
          });
    }
  }
}
