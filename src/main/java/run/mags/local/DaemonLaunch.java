package run.mags.local;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How to start a backend in the background.
 *
 * @param mags the command that runs this program, to be followed by its arguments
 * @param state the state directory
 * @param version the version of mags that asks; the backend must have the same
 * @param options what to give to {@code mags local start} besides, such as {@code --isolation ns}
 */
public record DaemonLaunch(List<String> mags, Path state, String version, List<String> options) {
  /** Copies the lists. */
  public DaemonLaunch {
    mags = List.copyOf(mags);
    options = List.copyOf(options);
    state = state.toAbsolutePath().normalize();
  }

  /**
   * The command that runs {@code mainClass} in a JVM like this one: its executable and class path,
   * set up for a small server that shall be there at once. The property {@code mags.classes}, which
   * the launcher sets, is the option of the JVM for classes that the build made ready, if there are
   * any.
   */
  public static List<String> likeThisJvm(String mainClass) {
    String java =
        ProcessHandle.current()
            .info()
            .command()
            .orElse(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    List<String> command =
        new ArrayList<>(
            List.of(
                java,
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                // Room enough to start without a collection.
                "-Xms64m",
                "-Xmn32m",
                "-Xmx512m",
                // Who never ends a request is cut off, in s; and who opens connections without end.
                "-Dsun.net.httpserver.maxReqTime=600",
                "-Djdk.httpserver.maxConnections=1000"));
    String classes = System.getProperty("mags.classes");
    if (classes != null) {
      // Java would tell backend.log where it cannot use them.
      command.addAll(List.of("-Xlog:disable", classes));
    }
    command.addAll(List.of("-cp", absolute(System.getProperty("java.class.path")), mainClass));
    return command;
  }

  /** The class path must hold in another working directory. */
  private static String absolute(String classPath) {
    List<String> entries = new ArrayList<>();
    for (String entry : classPath.split(java.io.File.pathSeparator, -1)) {
      entries.add(Path.of(entry).toAbsolutePath().toString());
    }
    return String.join(java.io.File.pathSeparator, entries);
  }

  /** The argv of the background process. */
  List<String> argv() {
    List<String> argv = new ArrayList<>(mags);
    argv.addAll(List.of("local", "start", "--foreground", "--state", state.toString()));
    argv.addAll(options);
    return argv;
  }
}
