package run.mags.command;

import java.net.URI;
import java.util.Optional;
import java.util.function.Consumer;
import run.mags.api.ApiOptions;
import run.mags.api.MagsApiClient;
import run.mags.config.Config;
import run.mags.config.Credentials;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.terminal.Output;
import run.mags.wait.Poller;

/** What a command may use; each thing is made when it is first asked for. */
public final class CliContext implements AutoCloseable {
  private final Host host;
  private final MagsCommand options;
  private final Output output;
  private final LocalAccess localAccess;
  private Endpoint endpoint;
  private Config config;
  private Poller poller;
  private volatile MagsApiClient api;

  /** The context of one command line. */
  public CliContext(Host host, MagsCommand options, Output output, LocalAccess localAccess) {
    this.host = host;
    this.options = options;
    this.output = output;
    this.localAccess = localAccess;
  }

  /** The outside world. */
  public Host host() {
    return host;
  }

  /** Where results and notes go. */
  public Output output() {
    return output;
  }

  /** The settings. */
  public Config config() {
    if (config == null) {
      config = new Config(host.env(), host.home());
    }
    return config;
  }

  /** How to wait. */
  public Poller poller() {
    if (poller == null) {
      poller = new Poller(host.sleeper());
    }
    return poller;
  }

  /**
   * The API to speak to, and the token for it.
   *
   * @param url the base URL
   * @param credentials the token and its source
   */
  public record Endpoint(URI url, Credentials credentials) {}

  /**
   * Which API is used, and with which token.
   *
   * @throws CliException (NOT_LOGGED_IN) if there is no token
   */
  public Endpoint endpoint() {
    if (endpoint == null) {
      endpoint = local() ? localAccess.ensureRunning(this) : remote();
    }
    return endpoint;
  }

  private Endpoint remote() {
    URI url = config().apiUrl();
    Optional<Credentials> credentials = config().credentials();
    if (credentials.isEmpty()) {
      throw new CliException(
          ErrorKind.NOT_LOGGED_IN,
          "not logged in",
          "run mags login, or set MAGS_API_TOKEN; without an account: mags --local COMMAND");
    }
    return new Endpoint(url, credentials.get());
  }

  /**
   * The API, spoken to with the user's token.
   *
   * @throws CliException (NOT_LOGGED_IN) if there is no token
   */
  public MagsApiClient api() {
    if (api == null) {
      Endpoint endpoint = endpoint();
      api = apiWith(endpoint.url(), endpoint.credentials().token());
    }
    return api;
  }

  /** A client of its own for another URL or token; the caller closes it. */
  public MagsApiClient apiWith(URI url, String token) {
    String agent = "mags/" + Version.text() + " (java)";
    return new MagsApiClient(
        new ApiOptions(url, token, agent, host.sleeper(), output::note, debug()));
  }

  /** Finds jobs by name or id. */
  public JobLookup jobs() {
    return new JobLookup(api());
  }

  /** The API once more, after {@link #cancel} made the former client useless. */
  MagsApiClient renewApi() {
    close();
    api = null;
    return api();
  }

  /** Breaks off calls under way, from any thread. */
  void cancel() {
    if (api != null) {
      api.cancel();
    }
  }

  /** Whether the local backend is to be used. */
  public boolean local() {
    return options.local() || config().localByDefault();
  }

  /** Takes a line for {@code --debug}; it goes nowhere without that option. */
  public Consumer<String> debug() {
    return options.debug() ? line -> output.error("debug: " + line) : line -> {};
  }

  @Override
  public void close() {
    if (api != null) {
      api.close();
    }
  }
}
