package run.mags.local.sandbox;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A JVM beside this one that runs a main method out of the tests, with this package's classes. */
final class ChildJvm {
  private ChildJvm() {}

  /** Runs it to its end, within a minute. */
  static void run(Map<String, String> environment, Class<?> main, String... arguments)
      throws IOException, InterruptedException {
    ProcessBuilder builder = command(List.of(), classPath(), main, arguments);
    builder.environment().putAll(environment);
    Process process = builder.inheritIO().start();
    if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IllegalStateException(main + " failed in a JVM of its own");
    }
  }

  /** How to start it, behind a prefix such as {@code setpriv}. */
  static ProcessBuilder command(
      List<String> prefix, List<Path> classPath, Class<?> main, String... arguments) {
    List<String> command = new ArrayList<>(prefix);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp"));
    command.add(String.join(":", classPath.stream().map(Path::toString).toList()));
    command.add(main.getName());
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command);
  }

  /** The compiled classes and tests; nothing else is needed by this package. */
  static List<Path> classPath() {
    return List.of(origin(Sandboxes.class), origin(ChildJvm.class));
  }

  /** Copies the compiled classes to where another user can read them. */
  static List<Path> copyClassPath(Path target) throws IOException {
    List<Path> copies = new ArrayList<>();
    for (Path source : classPath()) {
      Path copy = target.resolve("classes" + copies.size());
      DirectoryTree.copy(Tools.find(), source, copy);
      copies.add(copy);
    }
    return copies;
  }

  private static Path origin(Class<?> type) {
    try {
      Path path = Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
      if (!Files.exists(path)) {
        throw new IllegalStateException("no " + path);
      }
      return path;
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
