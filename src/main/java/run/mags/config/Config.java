package run.mags.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import run.mags.api.model.ApiRoute;
import run.mags.api.model.ApiUrl;
import run.mags.api.model.Fields;
import run.mags.api.model.HttpProxy;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;

/** The settings: environment first, then the file, then the default. Reading prints nothing. */
public final class Config {
  /** The service's own API (spec: rest-api, "Transport"). */
  public static final String API_URL = "https://api.magpiecloud.com";

  private static final String TOKEN_KEY = "api_token";

  private final Map<String, String> env;
  private final Directories directories;
  private final ConfigStore store;

  /** The settings of a user with this environment and home directory. */
  public Config(Map<String, String> env, Path home) {
    this.env = env;
    this.directories = new Directories(env, home);
    this.store = new ConfigStore(directories.configuration());
  }

  /** The configuration file. */
  public ConfigStore store() {
    return store;
  }

  /**
   * The token and its source, if there is one. The file is read only when the environment has none.
   *
   * @throws CliException (CONFIG) if the file is broken
   */
  public Optional<Credentials> credentials() {
    for (EnvVar variable : new EnvVar[] {EnvVar.MAGS_API_TOKEN, EnvVar.MAGS_TOKEN}) {
      Optional<String> token = variable.in(env);
      if (token.isPresent()) {
        return Optional.of(new Credentials(clean(token.get(), variable.name()), variable.name()));
      }
    }
    String token = Fields.of(store.read()).text(TOKEN_KEY, "token", "apiToken");
    if (token == null || token.isBlank()) {
      return Optional.empty();
    }
    String source = store.file().toString();
    return Optional.of(new Credentials(clean(token, source), source));
  }

  /** A token goes into a header: nothing but printable ASCII may be in it. */
  private static String clean(String token, String source) {
    String trimmed = token.strip();
    if (!trimmed.chars().allMatch(c -> c > ' ' && c < 127)) {
      throw new CliException(
          ErrorKind.CONFIG,
          "the token in " + source + " has a blank or another character that no token has",
          "copy it anew, or run: mags login");
    }
    return trimmed;
  }

  /** Saves a token; other keys of the file stay. */
  public void saveToken(String token) {
    ObjectNode content = store.read();
    content.remove("token");
    content.remove("apiToken");
    content.put(TOKEN_KEY, token);
    store.write(content);
  }

  /** Removes the saved token, and says whether there was one. */
  public boolean removeToken() {
    ObjectNode content = store.read();
    boolean there = content.has(TOKEN_KEY) || content.has("token") || content.has("apiToken");
    if (there) {
      content.remove(TOKEN_KEY);
      content.remove("token");
      content.remove("apiToken");
      store.write(content);
    }
    return there;
  }

  /**
   * The API's base URL.
   *
   * @throws CliException (CONFIG) if it is no URL, and as {@link ApiUrl#require}
   */
  public URI apiUrl() {
    String value = EnvVar.MAGS_API_URL.in(env).orElse(API_URL);
    URI url;
    try {
      url = URI.create(value.strip().replaceAll("/+$", ""));
    } catch (IllegalArgumentException notAnUrl) {
      throw ApiUrl.unusable(EnvVar.MAGS_API_URL.name(), value, "it is not a URL");
    }
    return ApiUrl.require(url, EnvVar.MAGS_API_URL.name());
  }

  /**
   * How https servers are reached.
   *
   * @throws CliException (CONFIG) if the environment names a proxy that is none
   */
  public ApiRoute route() {
    Optional<String> proxy = EnvVar.HTTPS_PROXY.inEitherCase(env);
    Optional<String> certificates = EnvVar.MAGS_CA_FILE.in(env);
    if (proxy.isEmpty() && certificates.isEmpty()) {
      return ApiRoute.DIRECT;
    }
    String exceptions = EnvVar.NO_PROXY.inEitherCase(env).orElse(null);
    return new ApiRoute(
        proxy.isEmpty() ? null : HttpProxy.read(proxy.get(), exceptions, EnvVar.HTTPS_PROXY.name()),
        certificates.isEmpty() ? null : Path.of(certificates.get()));
  }

  /** The local backend's state directory. */
  public Path localState() {
    return directories.localState();
  }

  /** The parent of temporary state, as the user names it; empty for the system's own. */
  public Optional<Path> temporary() {
    return EnvVar.TMPDIR.in(env).map(Path::of);
  }

  /** Where ways to sandboxes and names are remembered; empty when they are not to be. */
  public Optional<Path> cacheDirectory() {
    return directories.cache();
  }

  /** Whether the environment asks for the local backend. */
  public boolean localByDefault() {
    return EnvVar.MAGS_LOCAL.isOn(env);
  }
}
