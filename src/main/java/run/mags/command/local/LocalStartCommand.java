package run.mags.command.local;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import run.mags.command.BaseCommand;
import run.mags.command.CliContext;
import run.mags.command.Version;
import run.mags.command.option.DurationConverter;
import run.mags.command.option.PortConverter;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.error.ExitCode;
import run.mags.error.FileReason;
import run.mags.local.DaemonLaunch;
import run.mags.local.LocalDaemon;
import run.mags.local.LocalOptions;
import run.mags.local.RunningBackend;
import run.mags.local.sandbox.IsolationChoice;
import run.mags.local.sandbox.NetworkChoice;

/** {@code local start}: starts the backend in the background, or runs it here. */
@Command(
    name = "start",
    description = {
      "Start the backend in the background.",
      "One that runs already is fine, if it is as asked."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  mags local start",
      "  mags local start --port 8200 --isolation ns",
      "  mags local start --foreground --ephemeral"
    })
final class LocalStartCommand extends BaseCommand {
  private static final String STOP_FIRST = "stop it first: mags local stop";

  @Option(
      names = "--port",
      paramLabel = "N",
      converter = PortConverter.class,
      description = "Port on the loopback interface (default: a free one).")
  Integer port;

  @Mixin final StateOption state = new StateOption();

  @Option(
      names = "--isolation",
      paramLabel = "KIND",
      converter = IsolationConverter.class,
      description = {
        "How sandboxes are kept apart: auto, ns, flat or plain",
        "(default auto: the best that works here)."
      })
  IsolationChoice isolation = IsolationChoice.AUTO;

  @Option(
      names = "--net",
      paramLabel = "KIND",
      converter = NetworkConverter.class,
      description = {
        "Network of sandboxes: auto, host (this machine's, shared) or private",
        "(default auto: private where it leads to the internet)."
      })
  NetworkChoice network = NetworkChoice.AUTO;

  @Option(
      names = "--idle",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "Persistent sandboxes sleep after TIME without use (default 10m).")
  Duration idle;

  @Option(
      names = "--rootfs",
      paramLabel = "DIR|TAR",
      description = {
        "Root file system of sandboxes, all of it writable",
        "(default: this machine's, with /usr read-only)."
      })
  Path rootfs;

  @Option(
      names = "--ephemeral",
      description = {
        "Keep nothing: the state directory goes at the end.",
        "Without --state it is a new one, which is printed;",
        "to reach it: export MAGS_LOCAL_STATE=DIR"
      })
  boolean ephemeral;

  @Option(
      names = "--test-control",
      description = "Let clients make the backend behave oddly, to test them.")
  boolean testControl;

  @Option(names = "--foreground", description = "Stay here until stopped.")
  boolean foreground;

  LocalStartCommand(Supplier<CliContext> context) {
    super(context);
  }

  @Override
  protected int execute(CliContext cli) {
    Path directory = directory(cli);
    if (rootfs != null) {
      rootfs = cli.host().cwd().resolve(rootfs).normalize();
    }
    if (foreground) {
      return new ForegroundBackend(cli).run(options(directory));
    }
    RunningBackend backend = LocalDaemon.ensureRunning(launch(directory), new BackendNotes(cli));
    check(backend);
    BackendView.show(cli, backend);
    return ExitCode.OK;
  }

  private Path directory(CliContext cli) {
    if (!ephemeral) {
      return state.path(cli);
    }
    if (!state.given()) {
      return TemporaryDirectory.create(cli, "set TMPDIR, or name a directory with --state DIR");
    }
    Path named = state.path(cli);
    try {
      if (!LocalDaemon.isUnused(named)) {
        throw new CliException(
            ErrorKind.LOCAL_BACKEND,
            named + " is not empty, and --ephemeral would remove what is in it",
            "name a directory that is empty or not there, or leave --state out");
      }
      return named;
    } catch (IOException e) {
      throw new CliException(
          ErrorKind.LOCAL_BACKEND,
          "the state directory " + named + " cannot be read: " + FileReason.of(e),
          "name another with --state DIR",
          e);
    }
  }

  private LocalOptions options(Path directory) {
    LocalOptions options =
        LocalOptions.in(directory)
            .withPort(port == null ? 0 : port)
            .withIsolation(isolation)
            .withNetwork(network)
            .withVersion(Version.text());
    if (idle != null) {
      options = options.withIdle(idle);
    }
    if (testControl) {
      options = options.withTestControl();
    }
    if (rootfs != null) {
      options = options.withRootfs(rootfs);
    }
    return ephemeral ? options.leavingNothing() : options;
  }

  private DaemonLaunch launch(Path directory) {
    List<String> options =
        new ArrayList<>(List.of("--isolation", isolation.word(), "--net", network.word()));
    Optional.ofNullable(port).ifPresent(number -> options.addAll(List.of("--port", "" + number)));
    if (idle != null) {
      boolean whole = idle.toMillis() % 1000 == 0;
      options.addAll(List.of("--idle", whole ? idle.toSeconds() + "s" : idle.toMillis() + "ms"));
    }
    if (rootfs != null) {
      options.addAll(List.of("--rootfs", rootfs.toString()));
    }
    if (ephemeral) {
      options.add("--ephemeral");
    }
    if (testControl) {
      options.add("--test-control");
    }
    return LocalEndpoint.launch(directory, options);
  }

  /** What runs may have been started before, with other options. */
  private void check(RunningBackend backend) {
    boolean kept = !backend.isolation().equals(IsolationChoice.PLAIN.word());
    boolean asAsked =
        switch (isolation) {
          case AUTO -> true;
          case NS -> kept;
          case FLAT, PLAIN -> backend.isolation().equals(isolation.word());
        };
    if (idle != null && !idle.equals(backend.idle())) {
      throw new CliException(
          ErrorKind.CONFLICT,
          "a local backend runs already, with sandboxes that sleep after %d s without use"
              .formatted(backend.idle().toSeconds()),
          STOP_FIRST);
    }
    if (network != NetworkChoice.AUTO && !network.word().equals(backend.network())) {
      throw new CliException(
          ErrorKind.CONFLICT,
          "a local backend runs already, with network " + backend.network(),
          STOP_FIRST);
    }
    if (rootfs != null && !rootfs.equals(backend.rootfs())) {
      throw new CliException(
          ErrorKind.CONFLICT,
          "a local backend runs already, with "
              + (backend.rootfs() == null
                  ? "this machine's root file system"
                  : "the root file system " + backend.rootfs()),
          STOP_FIRST);
    }
    if (!asAsked || (port != null && backend.url().getPort() != port)) {
      throw new CliException(
          ErrorKind.CONFLICT,
          "a local backend runs already, on port %d with isolation %s"
              .formatted(backend.url().getPort(), backend.isolation()),
          STOP_FIRST);
    }
  }
}
