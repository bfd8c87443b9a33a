package run.mags.script;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import run.mags.local.LocalBackend;
import run.mags.local.LocalOptions;
import run.mags.local.sandbox.IsolationChoice;
import run.mags.testing.CliProcess;
import run.mags.testing.InProcessMags;
import run.mags.testing.MagsProcess;

/**
 * One test per file {@code src/test/resources/scripts/*.txtar}, found by that pattern. The property
 * {@code script} narrows it to the files whose name contains its value. Each runs in a directory of
 * its own, with a local backend of its own behind a {@link RecordingProxy}. One that waits for
 * something is called {@code -slow}.
 */
final class ScriptSuite {
  private static final String SLOW = "-slow.txtar";

  private final MagsProcess mags;
  private final IsolationChoice isolation;
  private final Predicate<String> names;
  private final Path temp;

  private ScriptSuite(
      MagsProcess mags, IsolationChoice isolation, Predicate<String> names, Path temp) {
    this.mags = mags;
    this.isolation = isolation;
    this.names = names;
    this.temp = temp;
  }

  /**
   * The quick scripts, with the program inside of this process and plain processes for sandboxes.
   */
  static ScriptSuite inProcess(Path temp) {
    return new ScriptSuite(
        new InProcessMags(), IsolationChoice.PLAIN, name -> !name.endsWith(SLOW), temp);
  }

  /** The same by a program that a keeper runs. */
  static ScriptSuite kept(MagsProcess mags, Path temp) {
    return new ScriptSuite(mags, IsolationChoice.PLAIN, name -> !name.endsWith(SLOW), temp);
  }

  /** All scripts as a user has it: the image's launcher, and this machine's best sandboxes. */
  static ScriptSuite asInstalled(Path temp) {
    return new ScriptSuite(CliProcess.launcher(), IsolationChoice.AUTO, name -> true, temp);
  }

  /** The tests, by file name. */
  Stream<DynamicTest> tests() throws IOException {
    Path folder = Path.of("src", "test", "resources", "scripts");
    String wanted = System.getProperty("script", "");
    List<Path> scripts;
    try (Stream<Path> files = Files.list(folder)) {
      scripts =
          files
              .filter(file -> file.toString().endsWith(".txtar"))
              .filter(file -> names.test(file.toString()))
              .filter(file -> file.getFileName().toString().contains(wanted))
              .sorted()
              .toList();
    }
    if (scripts.isEmpty()) {
      throw new AssertionError("no script in " + folder + " whose name contains " + wanted);
    }
    return scripts.stream()
        .map(
            script ->
                DynamicTest.dynamicTest(
                    script.getFileName().toString(), script.toUri(), () -> run(script)));
  }

  private void run(Path script) throws IOException, InterruptedException {
    String name = script.getFileName().toString();
    Path own = temp.resolve(name.substring(0, name.lastIndexOf('.')));
    Path work = Files.createDirectories(own.resolve("work"));
    Path home = Files.createDirectories(own.resolve("home"));
    LocalOptions options = LocalOptions.in(own.resolve("backend")).withIsolation(isolation);
    RequestLog requests = new RequestLog();
    try (LocalBackend backend = LocalBackend.start(options);
        RecordingProxy proxy = RecordingProxy.before(backend.url(), requests)) {
      Map<String, String> env = environment(home);
      env.put("MAGS_API_TOKEN", backend.token());
      env.put("MAGS_API_URL", proxy.url().toString());
      try {
        new ScriptRunner(mags, requests).run(name, Files.readString(script), work, env);
      } finally {
        stopBackgroundBackend(work, env);
      }
    }
  }

  /** A script that failed half-way may have left one. */
  private void stopBackgroundBackend(Path work, Map<String, String> env)
      throws IOException, InterruptedException {
    if (Files.exists(Path.of(env.get("MAGS_LOCAL_STATE")))) {
      mags.run(List.of("local", "stop"), new byte[0], env, work);
    }
  }

  /** Nothing of the one who runs the tests but where programs are. */
  private static Map<String, String> environment(Path home) {
    Map<String, String> env = new HashMap<>();
    env.put("HOME", home.toString());
    env.put("JAVA_HOME", System.getProperty("java.home"));
    env.put("LC_ALL", "C.UTF-8");
    env.put("MAGS_CONFIG_DIR", home.resolve(".mags").toString());
    env.put("MAGS_LOCAL_STATE", home.resolve("state").toString());
    env.put("PATH", System.getenv("PATH"));
    env.put("TZ", "UTC");
    return env;
  }
}
