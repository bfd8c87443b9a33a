package run.mags.keeper;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import run.mags.config.EnvVar;

/**
 * Where a keeper listens that can stand in for this process. Its name tells of all that a call
 * takes from the JVM it runs in: the build, the Java, its options, the locale, and the time zone. A
 * keeper of another build or another setting has another name; the full text is compared before a
 * call is taken.
 *
 * @param directory holds sockets only, and is the owner's alone
 * @param key what caller and keeper must have in common
 */
public record KeeperSocket(Path directory, String key) {
  /** What the name of a socket ends in; the launcher looks for it. */
  static final String SUFFIX = ".sock";

  /** What Java reads of the environment, for itself or in the launcher. */
  private static final String[] SETTINGS = {
    "TZ", "LANG", "LC_ALL", "LC_CTYPE", "MAGS_JAVA_OPTS", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"
  };

  /** One less than Linux takes; macOS takes 103. */
  private static final int LONGEST = 102;

  /**
   * The socket for callers with this environment.
   *
   * @param processEnv what Java itself was started with
   * @param home the home directory
   * @return null where there is to be no keeper: it is switched off, the local backend is asked
   *     for, which is started from here, a directory of settings is not absolute, its path would be
   *     too long for a socket, or this is Windows
   */
  public static KeeperSocket of(Map<String, String> processEnv, Path home) {
    if (isOff(processEnv, EnvVar.MAGS_KEEPER)
        || isOff(processEnv, EnvVar.MAGS_CACHE)
        || EnvVar.MAGS_LOCAL.isOn(processEnv)) {
      return null;
    }
    String runtime = value(processEnv, EnvVar.XDG_RUNTIME_DIR);
    String config = value(processEnv, EnvVar.MAGS_CONFIG_DIR);
    String state = value(processEnv, EnvVar.MAGS_LOCAL_STATE);
    String certificates = value(processEnv, EnvVar.MAGS_CA_FILE);
    if (isRelative(certificates)
        || isRelative(runtime)
        || isRelative(config)
        || isRelative(state)
        || File.separatorChar != '/') {
      return null;
    }
    String parent = config == null ? home + "/.mags/run" : config + "/run";
    if (runtime != null) {
      parent = runtime + "/mags";
    }
    return in(directoryIn(Path.of(parent)), processEnv);
  }

  /** The socket in {@code directory}; null as above. */
  public static KeeperSocket in(Path directory, Map<String, String> processEnv) {
    StringBuilder key = new StringBuilder(512);
    String classPath = System.getProperty("java.class.path");
    int end = classPath.indexOf(File.pathSeparatorChar);
    try {
      BasicFileAttributes jar =
          Files.readAttributes(
              Path.of(end < 0 ? classPath : classPath.substring(0, end)),
              BasicFileAttributes.class);
      // The file, by whatever path it was reached.
      key.append(jar.fileKey()).append(' ').append(jar.size());
      key.append(' ').append(jar.lastModifiedTime().toMillis());
    } catch (IOException notThere) {
      return null;
    }
    key.append(end < 0 ? "" : classPath.substring(end));
    key.append('\n').append(System.getProperty("java.home"));
    for (String name : SETTINGS) {
      String value = processEnv.get(name);
      key.append('\n').append(name);
      if (value != null) {
        key.append('=').append(value);
      }
    }
    KeeperSocket socket = new KeeperSocket(directory, key.toString());
    int length = socket.path().toString().getBytes(StandardCharsets.UTF_8).length;
    return length > LONGEST ? null : socket;
  }

  private static Path directoryIn(Path runtime) {
    return runtime.resolve("keeper");
  }

  /**
   * Ends the keepers below a runtime directory: without its socket a keeper takes no call from now
   * on, gives its connections up within a second or two, and ends with its last call.
   */
  public static void endAll(Path runtime) {
    try (DirectoryStream<Path> sockets =
        Files.newDirectoryStream(directoryIn(runtime), "*" + SUFFIX)) {
      for (Path socket : sockets) {
        Files.deleteIfExists(socket);
      }
    } catch (IOException | DirectoryIteratorException noneThere) {
      // Nothing to end.
    }
  }

  private static boolean isOff(Map<String, String> env, EnvVar variable) {
    return "off".equalsIgnoreCase(env.get(variable.name()));
  }

  private static String value(Map<String, String> env, EnvVar variable) {
    String value = env.get(variable.name());
    return value == null || value.isEmpty() ? null : value;
  }

  private static boolean isRelative(String path) {
    return path != null && !path.startsWith("/");
  }

  /** The socket itself. */
  public Path path() {
    return directory.resolve(Integer.toHexString(key.hashCode()) + SUFFIX);
  }

  /** Whose lock says who may listen there. */
  Path lock() {
    return directory.resolve(Integer.toHexString(key.hashCode()) + ".lock");
  }

  /**
   * Whether the directory is there, is no link, and nobody but its owner, who runs this, can enter
   * it: who listens in it is us. Numbers are compared, since names may have to be asked for
   * elsewhere.
   */
  boolean isSafe() {
    try {
      Map<String, Object> found =
          Files.readAttributes(directory, "unix:mode,uid", LinkOption.NOFOLLOW_LINKS);
      int mode = (Integer) found.get("mode");
      Object us = Files.getAttribute(Path.of("/proc/self/"), "unix:uid");
      return (mode & 0170077) == 0040000 && found.get("uid").equals(us);
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException cannotTell) {
      return false;
    }
  }
}
