package run.mags.keeper;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import run.mags.config.EnvVar;
import run.mags.config.OwnerOnly;

/**
 * Starts a keeper in the background, for the calls that follow: in a session of its own where
 * {@code setsid(1)} is at hand, with no stream and no directory of ours, and with no secret of our
 * environment.
 */
public final class KeeperStart {
  private static final String MAIN_CLASS = "run.mags.KeeperMain";

  /** How long a keeper may take to listen, in ms. */
  private static final long START_MILLIS = 5000;

  private static final String BACKGROUND =
      "command -v setsid >/dev/null && set -- setsid \"$@\"; \"$@\" &";

  /** What a keeper's JVM may see of our environment; each call brings its own. */
  private static final Set<String> SEEN =
      Set.of(
          "HOME",
          "PATH",
          "LANG",
          "LC_ALL",
          "LC_CTYPE",
          "TZ",
          "TMPDIR",
          "LD_LIBRARY_PATH",
          "MAGS_JAVA_OPTS",
          "JAVA_TOOL_OPTIONS",
          "JDK_JAVA_OPTIONS");

  private KeeperStart() {}

  /**
   * Starts one for {@code socket}. Where one is there already, the new one finds that out and ends.
   * Whatever fails is of no consequence.
   *
   * @param env the environment of this JVM
   */
  public static void start(KeeperSocket socket, Map<String, String> env) {
    try {
      OwnerOnly.createDirectories(socket.directory());
      if (isStarting(socket.lock())) {
        return;
      }
    } catch (IOException readOnly) {
      return;
    }
    List<String> command = new ArrayList<>(List.of("sh", "-c", BACKGROUND, "sh"));
    command.addAll(java(env));
    command.add(socket.directory().toString());
    try {
      // Soon over: it only starts the other. While a child of ours is there Java ends 0.3 s late.
      builder(command).start().waitFor(1, TimeUnit.SECONDS);
    } catch (IOException notToBe) {
      // Every call goes the direct way, then.
    } catch (InterruptedException enough) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Whether another call has just started one; if not, the next ones find that this one has. Many
   * calls at once would start as many, of which one stays.
   */
  private static boolean isStarting(Path mark) throws IOException {
    try {
      OwnerOnly.create(mark).close();
      return false;
    } catch (FileAlreadyExistsException notTheFirst) {
      long age = System.currentTimeMillis() - Files.getLastModifiedTime(mark).toMillis();
      if (age >= 0 && age < START_MILLIS) {
        return true;
      }
      Files.setLastModifiedTime(mark, FileTime.fromMillis(System.currentTimeMillis()));
      return false;
    }
  }

  private static List<String> java(Map<String, String> env) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            "-Xlog:disable",
            "-Xms64m",
            "-Xmn32m",
            "-Xmx512m",
            "-Djdk.reflect.useNativeAccessorOnly=true"));
    String classes = System.getProperty("mags.keeper", System.getProperty("mags.classes"));
    if (classes != null) {
      command.add(classes);
    }
    String options = env.get(EnvVar.MAGS_JAVA_OPTS.name());
    if (options != null) {
      for (String option : options.split("[ \t\n]+", -1)) {
        if (!option.isEmpty()) {
          command.add(option);
        }
      }
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN_CLASS));
    return command;
  }

  private static ProcessBuilder builder(List<String> command) {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(new File("/"))
            .redirectInput(new File("/dev/null"))
            .redirectOutput(Redirect.DISCARD)
            .redirectError(Redirect.DISCARD);
    builder.environment().keySet().retainAll(SEEN);
    return builder;
  }
}
