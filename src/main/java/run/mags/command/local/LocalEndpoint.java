package run.mags.command.local;

import java.util.List;
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
    DaemonLaunch launch =
        new DaemonLaunch(
            DaemonLaunch.likeThisJvm(MAIN_CLASS),
            cli.config().localState(),
            Version.text(),
            List.of());
    RunningBackend backend = LocalDaemon.ensureRunning(launch);
    if (backend.warning() != null) {
      cli.output().note("warning: " + backend.warning());
    }
    return new CliContext.Endpoint(
        backend.url(), new Credentials(backend.token(), "the local backend"));
  }
}
