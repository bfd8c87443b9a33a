package run.mags.script;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import run.mags.testing.MagsProcess;

/**
 * One test per file {@code src/test/resources/scripts/*.txtar}, found by that pattern. The property
 * {@code script} narrows it to the files whose name contains its value.
 */
final class ScriptSuite {
  private final MagsProcess mags;
  private final Path temp;

  /** Scripts run {@code mags} with this, each in a directory of its own below {@code temp}. */
  ScriptSuite(MagsProcess mags, Path temp) {
    this.mags = mags;
    this.temp = temp;
  }

  /** The tests, by file name. */
  Stream<DynamicTest> tests() throws IOException, URISyntaxException {
    Path folder = Path.of(ScriptSuite.class.getResource("/scripts").toURI());
    String wanted = System.getProperty("script", "");
    List<Path> scripts;
    try (Stream<Path> files = Files.list(folder)) {
      scripts =
          files
              .filter(file -> file.toString().endsWith(".txtar"))
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
    new ScriptRunner(mags).run(name, Files.readString(script), work, environment(home));
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
