package run.mags.command;

import java.net.URI;
import java.util.Optional;
import java.util.function.Consumer;
import run.mags.api.MagsApiClient;
import run.mags.client.ClientOptions;
import run.mags.client.KeptConnections;
import run.mags.client.MagsClient;
import run.mags.config.Config;
import run.mags.config.Credentials;
import run.mags.config.EnvVar;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.terminal.Output;

/** What a command may use; each thing is made when it is first asked for. */
public final class CliContext implements AutoCloseable {
  private final Host host;
  private final MagsCommand options;
  private final Output output;
  private final LocalAccess localAccess;
  private final KeptConnections kept;
  private Endpoint endpoint;
  private Config config;
  private volatile MagsClient mags;

  /**
   * The context of one command line.
   *
   * @param kept connections that outlive it; null for connections of its own
   */
  public CliContext(
      Host host,
      MagsCommand options,
      Output output,
      LocalAccess localAccess,
      KeptConnections kept) {
    this.host = host;
    this.options = options;
    this.output = output;
    this.localAccess = localAccess;
    this.kept = kept;
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

  /**
   * The same, but no local backend is started: nothing if one is meant and it is not there.
   *
   * @throws CliException (NOT_LOGGED_IN) if there is no token
   */
  public Optional<Endpoint> endpointIfThere() {
    return local() ? localAccess.find(this) : Optional.of(endpoint());
  }

  /** The way to the local backend. */
  public LocalAccess localAccess() {
    return localAccess;
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
   * What can be done with sandboxes, with the user's token.
   *
   * @throws CliException (NOT_LOGGED_IN) if there is no token
   */
  public MagsClient mags() {
    if (mags == null) {
      Endpoint endpoint = endpoint();
      mags = clientWith(endpoint.url(), endpoint.credentials().token());
    }
    return mags;
  }

  /** The endpoints of the API. */
  public MagsApiClient api() {
    return mags().api();
  }

  /** A client of its own for another URL or token; the caller closes it. */
  public MagsClient clientWith(URI url, String token) {
    String agent = "mags/" + Version.text() + " (java)";
    return new MagsClient(
        new ClientOptions(
            url,
            token,
            agent,
            config().store().directory().resolve("known_hosts"),
            config().cacheDirectory().orElse(null),
            EnvVar.MAGS_APP_DOMAIN.in(host.env()).orElse(null),
            host.sleeper(),
            output::note,
            debug(),
            config().route()),
        kept);
  }

  /**
   * What to tell someone who interrupts now: of a job that goes on without us, or of a call whose
   * answer has not come; null where nothing is left.
   */
  public String left() {
    MagsClient current = mags;
    if (current == null) {
      return null;
    }
    Optional<String> unanswered = current.api().unanswered();
    if (unanswered.isPresent()) {
      return unanswered.get();
    }
    Optional<String> submitted = current.api().lastSubmitted();
    return submitted.isPresent()
        ? "the job goes on; to stop it: mags stop " + submitted.get()
        : null;
  }

  /** A client once more, after {@link #cancel} made the former one useless. */
  MagsClient renewed() {
    close();
    mags = null;
    return mags();
  }

  /** Breaks off calls under way, from any thread. */
  void cancel() {
    MagsClient current = mags;
    if (current != null) {
      current.cancel();
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
    if (mags != null) {
      mags.close();
    }
  }
}
