package run.mags.command.local;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import run.mags.command.BaseCommand;
import run.mags.command.CliContext;
import run.mags.command.TakesRemoteCommand;
import run.mags.command.Version;
import run.mags.local.LocalBackend;
import run.mags.local.LocalOptions;
import run.mags.local.sandbox.IsolationChoice;
import run.mags.local.sandbox.NetworkChoice;

/** {@code local run}: one command with a backend of its own. */
@Command(
    name = "run",
    description = {
      "Run a command of this machine with a backend of its own.",
      "MAGS_API_URL and MAGS_API_TOKEN lead it there. Exits with its code and",
      "leaves nothing behind; after kill -9 the next local run removes what is",
      "left. Failures of mags itself exit 125."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  mags local run -- make test",
      "  mags local run -- sh -c 'mags new dev && mags exec dev uname -a'"
    })
final class LocalRunCommand extends BaseCommand implements TakesRemoteCommand {
  @Option(
      names = "--isolation",
      paramLabel = "KIND",
      converter = IsolationConverter.class,
      description = "How sandboxes are kept apart: auto, ns, flat or plain.")
  IsolationChoice isolation = IsolationChoice.AUTO;

  @Option(
      names = "--net",
      paramLabel = "KIND",
      converter = NetworkConverter.class,
      description = "Network of sandboxes: auto, host or private.")
  NetworkChoice network = NetworkChoice.AUTO;

  @Option(
      names = "--test-control",
      description = "Let the command make the backend behave oddly, to test a client.")
  boolean testControl;

  @Parameters(arity = "1..*", paramLabel = "CMD", description = "The command and its arguments.")
  List<String> command;

  LocalRunCommand(Supplier<CliContext> context) {
    super(context);
  }

  @Override
  protected int execute(CliContext cli) {
    List<String> argv = new ArrayList<>(command);
    if (argv.get(0).equals("--")) {
      // The option parser leaves it in when it stops at the first word.
      argv.remove(0);
    }
    if (argv.isEmpty()) {
      throw usage("there is no command to run");
    }
    LocalOptions options =
        LocalOptions.in(
                TemporaryDirectory.create(cli, "set TMPDIR to a directory that you can write"))
            .leavingNothing()
            .withIsolation(isolation)
            .withNetwork(network)
            .withVersion(Version.text())
            .withWarnings(line -> cli.output().warn(line));
    if (testControl) {
      options = options.withTestControl();
    }
    try (LocalBackend backend = LocalBackend.start(options)) {
      BackendView.warn(cli, backend.self());
      return new ChildCommand(cli, argv).run(backend.url(), backend.token());
    }
  }
}
