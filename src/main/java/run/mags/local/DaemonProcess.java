package run.mags.local;

import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;

/**
 * The background process: in a session of its own, so that neither a Ctrl-C nor the end of the
 * terminal reaches it where {@code setsid(1)} is at hand, with the state directory as its working
 * directory, so that it holds no other.
 *
 * @param launch what to start
 */
record DaemonProcess(DaemonLaunch launch) {
  /** Starts it. */
  Process start(DaemonLog log) {
    List<String> own = new ArrayList<>(List.of("setsid"));
    own.addAll(launch.argv());
    try {
      return builder(own, log).start();
    } catch (IOException noSetsid) {
      return direct(log);
    }
  }

  private Process direct(DaemonLog log) {
    try {
      return builder(launch.argv(), log).start();
    } catch (IOException e) {
      throw new CliException(
          ErrorKind.LOCAL_BACKEND,
          "the local backend cannot be started: " + e.getMessage(),
          null,
          e);
    }
  }

  private ProcessBuilder builder(List<String> argv, DaemonLog log) {
    ProcessBuilder builder =
        new ProcessBuilder(argv)
            .directory(launch.state().toFile())
            .redirectInput(new File("/dev/null"))
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.file().toFile()))
            .redirectError(ProcessBuilder.Redirect.appendTo(log.file().toFile()));
    // It needs none of the caller's settings, and must not keep the caller's secrets.
    builder.environment().keySet().removeIf(name -> name.startsWith("MAGS_"));
    return builder;
  }
}
