package run.mags.command.local;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import run.mags.command.CliContext;
import run.mags.command.LocalAccess;
import run.mags.command.Version;
import run.mags.config.Credentials;
import run.mags.local.DaemonLaunch;
import run.mags.local.LocalDaemon;
import run.mags.local.RunningBackend;

/** What {@code --local} stands for: the backend on the user's own state directory. */
public final class LocalEndpoint implements LocalAccess {
  /** The program to start in the background: this one. */
  private static final String MAIN_CLASS = "run.mags.Main";

  @Override
  public CliContext.Endpoint ensureRunning(CliContext cli) {
    Path state = cli.host().cwd().resolve(cli.config().localState());
    RunningBackend backend =
        LocalDaemon.ensureRunning(launch(state, List.of()), new BackendNotes(cli));
    BackendView.warn(cli, backend);
    return endpoint(backend);
  }

  @Override
  public Optional<CliContext.Endpoint> find(CliContext cli) {
    Path state = cli.host().cwd().resolve(cli.config().localState());
    return LocalDaemon.look(state).map(LocalEndpoint::endpoint);
  }

  @Override
  public List<Finding> diagnose(CliContext cli) {
    Path state = cli.host().cwd().resolve(cli.config().localState());
    return LocalDoctorCommand.levels(state).stream()
        .map(one -> new Finding(one.what(), one.works(), one.detail(), one.cure()))
        .toList();
  }

  private static CliContext.Endpoint endpoint(RunningBackend backend) {
    return new CliContext.Endpoint(
        backend.url(), new Credentials(backend.token(), "the local backend"));
  }

  /** How this program starts itself as the backend on {@code state}. */
  static DaemonLaunch launch(Path state, List<String> options) {
    return new DaemonLaunch(DaemonLaunch.likeThisJvm(MAIN_CLASS), state, Version.text(), options);
  }
}
