package run.mags.local;

import java.nio.file.Path;
import java.util.List;
import run.mags.local.sandbox.IsolationChoice;

/** A program of a test that is a backend in a process of its own. */
final class BackendProcess {
  static final String VERSION = "9.9.9";

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
    try (LocalBackend backend = LocalBackend.start(options)) {
      backend.awaitClosed();
    }
  }

  /** How to start it; {@code options} follow {@code --foreground --state DIR}. */
  static DaemonLaunch launch(Path state, String... options) {
    return new DaemonLaunch(
        DaemonLaunch.likeThisJvm(BackendProcess.class.getName()), state, VERSION, List.of(options));
  }
}
