package run.mags.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import run.mags.api.PublicUrl;
import run.mags.api.UrlProbe;
import run.mags.api.model.Access;
import run.mags.api.model.ApiUrl;
import run.mags.api.model.Job;
import run.mags.api.model.PoolStatus;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.error.ShellWord;
import run.mags.ssh.ExecStreams;
import run.mags.ssh.HostKeyPolicy;
import run.mags.ssh.RemoteCommand;
import run.mags.ssh.SshConnection;
import run.mags.ssh.SshExecutor;
import run.mags.ssh.SshTarget;
import run.mags.wait.WaitTimeoutException;

/**
 * Sandboxes for programs: everything that the {@code mags} command does, as calls that block until
 * they are done. Thread-safe; close it when it is needed no longer.
 *
 * <p>A job is given by its name, its workspace or its id. A full UUID is an id; otherwise it is the
 * newest live job of that name, then of that workspace, then the newest past one.
 *
 * <p>No argument may be null where a method does not say so: that throws {@link
 * NullPointerException}, with the name of the argument where it can be told before anything is
 * sent.
 *
 * <p>Besides what each method names, all throw {@link CliException}: NOT_FOUND for a job that is
 * not there, NOT_LOGGED_IN for a refused token, UNAVAILABLE when the API cannot be reached, and
 * {@link run.mags.wait.InterruptedWaitException} when the thread is interrupted.
 */
public final class MagsClient extends JobClient implements AutoCloseable {
  /** How long to wait where the caller sets no limit of its own. */
  public static final Duration DEFAULT_LIMIT = Duration.ofSeconds(60);

  /**
   * A client; nothing is sent before the first call.
   *
   * @throws CliException (CONFIG) if the URL is neither https nor http to this machine
   */
  public MagsClient(ClientOptions options) {
    this(options, null);
  }

  /**
   * The same with connections that outlive it.
   *
   * @param kept those to use and to leave; null for connections of its own
   */
  public MagsClient(ClientOptions options, KeptConnections kept) {
    super(options, kept);
  }

  /**
   * A client for this API and token; host keys of sandboxes are kept in {@code directory}.
   *
   * @throws CliException (CONFIG) if the URL is neither https nor http to this machine
   */
  public static MagsClient open(URI apiUrl, String token, Path directory) {
    return new MagsClient(ClientOptions.of(apiUrl, token, directory));
  }

  /**
   * A client with the settings of the {@code mags} command.
   *
   * @param env the environment, such as {@code System.getenv()}
   * @param home the home directory, whose {@code .mags/config.json} is read
   * @throws CliException (NOT_LOGGED_IN) if there is no token, (CONFIG) if the settings are broken
   */
  public static MagsClient open(Map<String, String> env, Path home) {
    return new MagsClient(ClientOptions.from(env, home));
  }

  /** The stored workspaces. */
  public Workspaces workspaces() {
    return new Workspaces(api);
  }

  /** Jobs on a schedule. */
  public CronJobs cron() {
    return new CronJobs(api);
  }

  /** Subdomains of the user's choice. */
  public UrlAliases aliases() {
    return new UrlAliases(api, jobs());
  }

  /** The files of a sandbox, to be copied to and from it. */
  public SandboxFiles files(String nameOrId) {
    return new SandboxFiles(this, Objects.requireNonNull(nameOrId, "nameOrId"));
  }

  /**
   * A change of a sandbox's disk size, step by step; see {@link Resize#run}.
   *
   * @param diskGb the new size in GB, 1 or more
   * @throws CliException (USAGE) if it is less
   */
  public Resize resize(String workspace, int diskGb) {
    if (diskGb < 1) {
      throw new CliException(
          ErrorKind.USAGE, "the disk size is " + diskGb + " GB", "it must be 1 or more");
    }
    return new Resize(this, workspace, diskGb);
  }

  /**
   * Access to a port of a sandbox, 1 to 65535; wakes it. Port 22 gives the way to its SSH server.
   *
   * @throws CliException (USAGE) if that is no port, before anything is sent
   */
  public Access access(String nameOrId, int port) {
    requirePort(port);
    return api.access(jobs().idOf(nameOrId), port);
  }

  /**
   * Opens a port of a sandbox to the public and answers its URL; wakes the sandbox.
   *
   * @param port 1 to 65535, but not 22, which gives access by SSH
   * @param limit how long to wait where access is refused at first, as while it starts
   * @throws CliException (USAGE) if that is no such port, before anything is sent; (TIMEOUT) if the
   *     limit passes
   */
  public String url(String nameOrId, int port, Duration limit) {
    requireUrlPort(port, nameOrId);
    return url(status(nameOrId), nameOrId, port, limit);
  }

  /** The same for a job whose status is known; {@code label} is what its user calls it. */
  public String url(Job job, String label, int port, Duration limit) {
    requireUrlPort(port, label);
    boolean here = ApiUrl.isLoopback(options.apiUrl().getHost());
    String standard = here ? null : PublicUrl.DOMAIN;
    return reach().url(job, label, port, options.appDomain(), standard, limit);
  }

  private static void requireUrlPort(int port, String label) {
    requirePort(port);
    if (port == SandboxReach.SSH_PORT) {
      throw new CliException(
          ErrorKind.USAGE,
          "port 22 gives access by SSH and has no URL",
          "use it with: mags ssh " + ShellWord.of(label));
    }
  }

  private static void requirePort(int port) {
    if (port < 1 || port > 65535) {
      throw new CliException(ErrorKind.USAGE, port + " is not a port from 1 to 65535");
    }
  }

  /**
   * Waits until a web server answers at a URL, whatever it says; that nobody listens behind a proxy
   * is no answer.
   *
   * @throws WaitTimeoutException if none does within {@code limit}
   */
  public void awaitAnswer(String url, Duration limit) {
    awaitAnswer(url, limit, () -> {});
  }

  /** A way to look whether a public URL answers. */
  UrlProbe probe(String url) {
    return new UrlProbe(url, options.userAgent(), options.route());
  }

  /** The same; {@code check} is done before each look and may throw to end the wait. */
  public void awaitAnswer(String url, Duration limit, Runnable check) {
    UrlProbe probe = probe(url);
    poller.until(
        () -> {
          check.run();
          return probe.look();
        },
        UrlProbe.Seen::answers,
        limit,
        url + " to answer",
        UrlProbe.Seen::words,
        "does something listen on that port in the sandbox, on 0.0.0.0?");
  }

  /**
   * Where the SSH server of a sandbox listens, with the key for it; wakes the sandbox.
   *
   * @throws CliException (CONNECTION) if it cannot be told within {@code limit}
   */
  public SshTarget sshTarget(String nameOrId, Duration limit) {
    return reach().target(find(nameOrId), nameOrId, limit);
  }

  /**
   * An SSH connection to a sandbox, which is woken for it.
   *
   * @throws CliException (CONNECTION) if there is none within {@code limit}, (HOST_KEY) if the
   *     sandbox shows another host key than before
   */
  public SshConnection connect(String nameOrId, Duration limit) {
    return connect(nameOrId, limit, reason -> {});
  }

  /** The same; {@code seen} is told why it is not reached yet, as often as it is tried. */
  public SshConnection connect(String nameOrId, Duration limit, Consumer<String> seen) {
    Objects.requireNonNull(nameOrId, "nameOrId");
    Objects.requireNonNull(seen, "seen");
    SandboxReach reach = reach(seen);
    SshConnection connection =
        reach
            .connectAsBefore(executor(), nameOrId, limit)
            .orElseGet(() -> reach.connect(executor(), find(nameOrId), nameOrId, limit));
    connection.renewedBy(() -> connect(nameOrId, limit, seen));
    return connection;
  }

  /** The same for a job that was found; {@code label} is what its user calls it. */
  public SshConnection connect(Job job, String label, Duration limit) {
    return reach().connect(executor(), job, label, limit);
  }

  private SandboxReach reach() {
    return reach(reason -> {});
  }

  private SandboxReach reach(Consumer<String> seen) {
    return new SandboxReach(api, poller, cache, options.debug(), seen);
  }

  private SshExecutor executor() {
    return new SshExecutor(
        new HostKeyPolicy(options.knownHosts()), options.debug(), kept == null ? null : kept.ssh());
  }

  /**
   * Runs a command in a sandbox to its end; an exit code other than 0 is no exception.
   *
   * @param command one word is a shell command line, several are passed on as they are
   * @param stdin what it reads
   * @param limit how long it may run
   * @throws run.mags.ssh.SshException if the connection ends before the command's status comes, or
   *     the limit passes; the command has been ended then
   */
  public ExecResult exec(String nameOrId, RemoteCommand command, byte[] stdin, Duration limit) {
    Objects.requireNonNull(command, "command");
    Objects.requireNonNull(stdin, "stdin");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    try (SshConnection connection = connect(nameOrId, DEFAULT_LIMIT)) {
      ExecStreams streams = new ExecStreams(new ByteArrayInputStream(stdin), out, err);
      int exitCode = connection.exec(command, streams, limit);
      return new ExecResult(exitCode, out.toByteArray(), err.toByteArray());
    }
  }

  /** Runs a command without input, for at most an hour. */
  public ExecResult exec(String nameOrId, String... command) {
    return exec(
        nameOrId,
        new RemoteCommand(List.of(command), Map.of(), null),
        new byte[0],
        Duration.ofHours(1));
  }

  /** The commands in a sandbox that go on without a connection. */
  public DetachedCommands detached(String nameOrId) {
    return detached(
        nameOrId,
        left -> connect(nameOrId, left.compareTo(DEFAULT_LIMIT) < 0 ? left : DEFAULT_LIMIT));
  }

  /** The same; {@code way} connects to it, within the time that is given. */
  public DetachedCommands detached(String nameOrId, Function<Duration, SshConnection> way) {
    Objects.requireNonNull(nameOrId, "nameOrId");
    return new DetachedCommands(nameOrId, way, poller, options.notes());
  }

  /**
   * Starts a headless Chromium in a sandbox, or finds the one that runs there, to be driven over
   * its DevTools protocol by whoever knows its URL.
   *
   * @param name the sandbox, and its workspace, where the browser and its profile stay
   * @param limit for everything, which may have to install Chromium first
   * @throws CliException (CONFLICT) if a sandbox of this name is there for something else,
   *     (JOB_FAILED) if the browser does not run
   */
  public BrowserEndpoint browser(String name, Duration limit) {
    return browser(name, limit, id -> {});
  }

  /** The same; {@code started} takes the job's id as soon as it is known. */
  public BrowserEndpoint browser(String name, Duration limit, Consumer<String> started) {
    boolean here = ApiUrl.isLoopback(options.apiUrl().getHost());
    return new BrowserStart(this, here, name, limit).run(started);
  }

  /** Totals over the last days, 1 or more; the keys are the service's own. */
  public JsonNode usage(int windowDays) {
    return api.usage(windowDays);
  }

  /** The service's machines. */
  public PoolStatus poolStatus() {
    return api.poolStatus();
  }

  /** Breaks off calls under way, from any thread; they and all later ones fail as interrupted. */
  public void cancel() {
    api.cancel();
  }

  /**
   * Gives up its connections. A call that is under way in another thread ends with its next
   * request, as does each later one, by an {@link IllegalStateException}. SSH connections that were
   * opened by {@link #connect} stay.
   */
  @Override
  public void close() {
    api.close();
  }
}
