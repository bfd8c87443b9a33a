package run.mags.config;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Where this program keeps what it keeps. Loads nothing to find that out. */
public final class Directories {
  private final Map<String, String> env;
  private final Path home;

  /** The directories of a user with this environment and home directory. */
  public Directories(Map<String, String> env, Path home) {
    this.env = env;
    this.home = home;
  }

  /** The directory of {@code config.json} and {@code known_hosts}. */
  public Path configuration() {
    Optional<String> given = EnvVar.MAGS_CONFIG_DIR.in(env);
    return given.isPresent() ? Path.of(given.get()) : home.resolve(".mags");
  }

  /** The file {@code config.json}. */
  public Path configurationFile() {
    return configuration().resolve(ConfigStore.FILE);
  }

  /** The local backend's state directory. */
  public Path localState() {
    Optional<String> given = EnvVar.MAGS_LOCAL_STATE.in(env);
    if (given.isPresent()) {
      return Path.of(given.get());
    }
    Optional<String> parent = EnvVar.XDG_STATE_HOME.in(env);
    Path states = parent.isPresent() ? Path.of(parent.get()) : home.resolve(".local/state");
    return states.resolve("mags").resolve("local");
  }

  /** Where ways to sandboxes and names are remembered; empty when they are not to be. */
  public Optional<Path> cache() {
    if (EnvVar.MAGS_CACHE.in(env).orElse("").equalsIgnoreCase("off")) {
      return Optional.empty();
    }
    Optional<String> runtime = EnvVar.XDG_RUNTIME_DIR.in(env);
    return Optional.of(
        runtime.isPresent() ? Path.of(runtime.get(), "mags") : configuration().resolve("run"));
  }
}
