package run.mags.local;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import run.mags.local.sandbox.IsolationChoice;
import run.mags.local.sandbox.NetworkChoice;

/** A program of a test that is a backend in a process of its own. */
final class BackendProcess {
  static final String VERSION = "9.9.9";

  /** Above the time after which a backend that is ready tells of itself again, and again. */
  private static final long SLOW_MS = 6_000;

  private BackendProcess() {}

  /** Takes what {@code mags local start --foreground --state DIR} takes. */
  public static void main(String[] args) throws InterruptedException {
    List<String> words = List.of(args);
    Path state = Path.of(words.get(words.indexOf("--state") + 1));
    if (words.contains("--fail")) {
      System.err.println("first line of the log");
      System.err.println("error: it fails on purpose");
      System.exit(3);
    }
    LocalOptions options = LocalOptions.in(state).withVersion(VERSION);
    if (words.contains("plain")) {
      options = options.withIsolation(IsolationChoice.PLAIN);
    }
    try (LocalBackend backend =
        words.contains("--slow")
            ? LocalBackend.start(options, BackendProcess::slowly, Clock.systemUTC())
            : LocalBackend.start(options)) {
      backend.awaitClosed();
    }
  }

  /** As on a machine that is busy with other things. */
  private static Machines slowly(
      StateDirectory state, IsolationChoice isolation, NetworkChoice network) throws IOException {
    try {
      Thread.sleep(SLOW_MS);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    return SandboxMachines.open(state, isolation, network, Optional.empty());
  }

  /** How to start it; {@code options} follow {@code --foreground --state DIR}. */
  static DaemonLaunch launch(Path state, String... options) {
    return new DaemonLaunch(
        DaemonLaunch.likeThisJvm(BackendProcess.class.getName()), state, VERSION, List.of(options));
  }
}
