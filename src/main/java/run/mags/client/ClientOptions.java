package run.mags.client;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import run.mags.api.model.ApiRoute;
import run.mags.config.Config;
import run.mags.config.Credentials;
import run.mags.config.EnvVar;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.wait.Sleeper;

/**
 * What a {@link MagsClient} needs to know.
 *
 * @param apiUrl the API's base URL, without a slash at its end: https, or http to this machine
 * @param token the bearer token: a secret
 * @param userAgent who the API is told we are
 * @param knownHosts the file that pins the host keys of sandboxes; made when it is first needed
 * @param cache the directory that remembers for some minutes how sandboxes are reached, keys
 *     included; null remembers nothing
 * @param appDomain the domain of public URLs, whatever the server says; null leaves it to the
 *     server
 * @param sleeper pauses and the monotonic clock
 * @param notes takes a line when a call is tried again
 * @param debug takes the steps of HTTP and SSH, without secrets
 * @param route how the API is reached
 */
public record ClientOptions(
    URI apiUrl,
    String token,
    String userAgent,
    Path knownHosts,
    Path cache,
    String appDomain,
    Sleeper sleeper,
    Consumer<String> notes,
    Consumer<String> debug,
    ApiRoute route) {

  private static final String USER_AGENT = "mags-library (java)";

  /** Checks that nothing is null but {@code cache} and {@code appDomain}. */
  public ClientOptions {
    Objects.requireNonNull(apiUrl, "apiUrl");
    Objects.requireNonNull(token, "token");
    Objects.requireNonNull(userAgent, "userAgent");
    Objects.requireNonNull(knownHosts, "knownHosts");
    Objects.requireNonNull(sleeper, "sleeper");
    Objects.requireNonNull(notes, "notes");
    Objects.requireNonNull(debug, "debug");
    Objects.requireNonNull(route, "route");
  }

  /**
   * The options for this API and token; host keys are kept in {@code known_hosts} of {@code
   * directory}, ways to sandboxes are not remembered, and notes go nowhere.
   */
  public static ClientOptions of(URI apiUrl, String token, Path directory) {
    return new ClientOptions(
        apiUrl,
        token,
        USER_AGENT,
        directory.resolve("known_hosts"),
        null,
        null,
        Sleeper.SYSTEM,
        line -> {},
        line -> {},
        ApiRoute.DIRECT);
  }

  /**
   * The options that the {@code mags} command would take: from the environment, else from the
   * configuration file below {@code home}.
   *
   * @throws CliException (NOT_LOGGED_IN) if there is no token, (CONFIG) if the file is broken
   */
  public static ClientOptions from(Map<String, String> env, Path home) {
    Config config = new Config(env, home);
    URI url = config.apiUrl();
    Credentials credentials =
        config
            .credentials()
            .orElseThrow(
                () ->
                    new CliException(
                        ErrorKind.NOT_LOGGED_IN,
                        "not logged in",
                        "run mags login, or set MAGS_API_TOKEN"));
    ClientOptions options = of(url, credentials.token(), config.store().directory());
    return options
        .withCache(config.cacheDirectory().orElse(null))
        .withAppDomain(EnvVar.MAGS_APP_DOMAIN.in(env).orElse(null))
        .withRoute(config.route());
  }

  /** The same with another domain of public URLs; null leaves it to the server. */
  public ClientOptions withAppDomain(String domain) {
    return new ClientOptions(
        apiUrl, token, userAgent, knownHosts, cache, domain, sleeper, notes, debug, route);
  }

  /** The same with a directory that remembers how sandboxes are reached; null for none. */
  public ClientOptions withCache(Path newCache) {
    return new ClientOptions(
        apiUrl, token, userAgent, knownHosts, newCache, appDomain, sleeper, notes, debug, route);
  }

  /** The same with another way to the API. */
  public ClientOptions withRoute(ApiRoute newRoute) {
    return new ClientOptions(
        apiUrl, token, userAgent, knownHosts, cache, appDomain, sleeper, notes, debug, newRoute);
  }

  /** The same with other takers of lines. */
  public ClientOptions withLines(Consumer<String> newNotes, Consumer<String> newDebug) {
    return new ClientOptions(
        apiUrl, token, userAgent, knownHosts, cache, appDomain, sleeper, newNotes, newDebug, route);
  }

  /** The same, with the API reached straight. */
  public ClientOptions(
      URI apiUrl,
      String token,
      String userAgent,
      Path knownHosts,
      Path cache,
      String appDomain,
      Sleeper sleeper,
      Consumer<String> notes,
      Consumer<String> debug) {
    this(
        apiUrl,
        token,
        userAgent,
        knownHosts,
        cache,
        appDomain,
        sleeper,
        notes,
        debug,
        ApiRoute.DIRECT);
  }

  /** Everything but the token. */
  @Override
  public String toString() {
    return "ClientOptions[apiUrl=" + apiUrl + "]";
  }
}
