package run.mags.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import run.mags.api.ApiOptions;
import run.mags.api.JobFollower;
import run.mags.api.MagsApiClient;
import run.mags.api.UrlProbe;
import run.mags.api.model.Access;
import run.mags.api.model.ApiUrl;
import run.mags.api.model.Job;
import run.mags.api.model.JobRequest;
import run.mags.api.model.JobStatus;
import run.mags.api.model.JobUpdate;
import run.mags.api.model.LogEntry;
import run.mags.api.model.PoolStatus;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.ssh.ExecStreams;
import run.mags.ssh.HostKeyPolicy;
import run.mags.ssh.RemoteCommand;
import run.mags.ssh.SshConnection;
import run.mags.ssh.SshExecutor;
import run.mags.ssh.SshTarget;
import run.mags.wait.Deadline;
import run.mags.wait.Poller;
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
public final class MagsClient implements AutoCloseable {
  /** How long to wait where the caller sets no limit of its own. */
  public static final Duration DEFAULT_LIMIT = Duration.ofSeconds(60);

  private final ClientOptions options;
  private final MagsApiClient api;
  private final Poller poller;
  private final ReachCache cache;

  /**
   * A client; nothing is sent before the first call.
   *
   * @throws CliException (CONFIG) if the URL is neither https nor http to this machine
   */
  public MagsClient(ClientOptions options) {
    this.options = options;
    this.api =
        new MagsApiClient(
            new ApiOptions(
                options.apiUrl(),
                options.token(),
                options.userAgent(),
                options.sleeper(),
                options.notes(),
                options.debug()));
    this.poller = new Poller(options.sleeper());
    this.cache =
        new ReachCache(options.cache(), options.apiUrl(), options.token(), Clock.systemUTC());
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

  /** The endpoints, for what this class does not do. */
  public MagsApiClient api() {
    return api;
  }

  /** How it waits. */
  public Poller poller() {
    return poller;
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

  private JobLookup jobs() {
    return new JobLookup(api);
  }

  /** The job, with what the list tells of it, which may be less than {@link #status}. */
  public Job find(String nameOrId) {
    return jobs().find(nameOrId);
  }

  /** The same, or nothing when there is none. */
  public Optional<Job> findIfThere(String nameOrId) {
    return jobs().findIfThere(nameOrId);
  }

  /** Everything that is known of a job. */
  public Job status(String nameOrId) {
    return jobs().status(nameOrId);
  }

  /** All jobs, newest first; pages are fetched as the stream is read. */
  public Stream<Job> list() {
    return StreamSupport.stream(api.allJobs().spliterator(), false);
  }

  /**
   * Submits a job, after sending its files.
   *
   * @return the job's id
   * @throws CliException (FILE) if a file cannot be sent, before anything was; (CONFLICT) if its
   *     name or workspace is in use
   */
  public String submit(JobSpec spec) {
    return submit(spec, (file, sent, total) -> {});
  }

  /** The same, told how far the files have come. */
  public String submit(JobSpec spec, FileUploads.Progress progress) {
    return submit(spec.request(upload(spec.files(), progress)));
  }

  /** Submits a request as it is; answers the job's id. */
  public String submit(JobRequest request) {
    // A name may mean the new job from now on.
    cache.clear();
    return api.submit(request).requestId();
  }

  /**
   * Sends files, each streamed from disk, and answers their ids in the same order, for {@link
   * JobRequest#fileIds}. A {@link JobSpec} with files does that by itself.
   *
   * @throws CliException (FILE) if one of them cannot be sent, before any was
   */
  public List<String> upload(List<Path> files) {
    return upload(files, (file, sent, total) -> {});
  }

  private List<String> upload(List<Path> files, FileUploads.Progress progress) {
    FileUploads.check(files);
    List<String> ids = new ArrayList<>();
    for (Path file : files) {
      long total = file.toFile().length();
      ids.add(api.upload(file, sent -> progress.sent(file, sent, total)));
    }
    return ids;
  }

  /**
   * Runs a job to its end; an exit code other than 0 is no exception.
   *
   * @param spec a job that is not persistent: such a one does not end with its script
   * @param limit how long it may take; null for no limit
   * @throws WaitTimeoutException if the limit passes; the job has been stopped then
   * @throws CliException (USAGE) if it is persistent, (JOB_FAILED) if someone stopped it, and as
   *     {@link #submit(JobSpec)}
   */
  public RunResult run(JobSpec spec, Duration limit) {
    if (spec.isPersistent()) {
      throw new CliException(
          ErrorKind.USAGE,
          "a persistent job does not end with its script",
          "submit it, then follow its log; or create a sandbox");
    }
    StringBuilder stdout = new StringBuilder();
    StringBuilder stderr = new StringBuilder();
    Job job =
        follow(
            submit(spec),
            entry -> {
              if (!LogEntry.SYSTEM.equals(entry.source())) {
                boolean err = LogEntry.STDERR.equals(entry.source());
                (err ? stderr : stdout).append(entry.text());
              }
            },
            limit);
    return new RunResult(job, RunResult.exitCode(job), stdout.toString(), stderr.toString());
  }

  /** Runs a script in a sandbox of its own to its end; nothing is kept. */
  public RunResult run(String script) {
    return run(JobSpec.script(script), null);
  }

  /**
   * Follows a job to its end.
   *
   * @param id the job's id
   * @param sink takes each entry of its log, once and in order
   * @param limit how long it may take; null for no limit
   * @return the job as it ended
   * @throws WaitTimeoutException if the limit passes; the job has been stopped then
   * @throws CliException (JOB_FAILED) if someone stopped it
   */
  public Job follow(String id, Consumer<LogEntry> sink, Duration limit) {
    Deadline deadline = Deadline.in(limit, options.sleeper());
    JobFollower.Outcome outcome =
        new JobFollower(api, poller).follow(id, 0, sink, job -> job.state().isFinal(), deadline);
    if (outcome.timedOut()) {
      api.stop(id);
      throw new WaitTimeoutException(
          "the job to end", limit, "it was stopped", "see what it wrote: mags logs " + id);
    }
    if (outcome.job().state() == JobStatus.STOPPED) {
      throw new CliException(
          ErrorKind.JOB_FAILED,
          "the job was stopped before its script ended",
          "see what it wrote: mags logs " + id);
    }
    return outcome.job();
  }

  /** What a job has written so far. */
  public List<LogEntry> logs(String nameOrId) {
    return api.logs(jobs().idOf(nameOrId));
  }

  /**
   * What a job has written and goes on to write, until it ends; a persistent one ends when it is
   * stopped. Reading the stream waits for the next entry.
   */
  public Stream<LogEntry> followLogs(String nameOrId) {
    return StreamSupport.stream(new LogSpliterator(api, poller, jobs().idOf(nameOrId)), false);
  }

  /**
   * Makes a persistent sandbox and waits until it can be used.
   *
   * @param spec such as {@link JobSpec#sandbox}
   * @throws WaitTimeoutException if it is not ready within {@code limit}
   * @throws CliException (CONFLICT) if its name or workspace is in use, (JOB_FAILED) if it fails
   */
  public Job create(JobSpec spec, Duration limit) {
    return awaitMachine(submit(spec), limit);
  }

  /** Makes a persistent sandbox with a workspace of the same name, within a minute. */
  public Job create(String name) {
    return create(JobSpec.sandbox(name), DEFAULT_LIMIT);
  }

  /** Waits until a job runs and a machine is attached to it; wakes it if it sleeps. */
  public Job awaitMachine(String id, Duration limit) {
    return new Readiness(api, poller).machine(id, limit);
  }

  /** Waits until a job runs, or has run: it has ended well, or sleeps already. */
  public Job awaitRunning(String id, Duration limit) {
    return new Readiness(api, poller).running(id, limit);
  }

  /**
   * Waits until a job is in a state, and for {@code running} has a machine; wakes nothing. It fails
   * (JOB_FAILED) if the job ends in another one.
   */
  public Job awaitState(String id, String label, JobStatus wanted, Duration limit) {
    return new Readiness(api, poller).state(id, label, wanted, limit);
  }

  /** Waits until a job has ended, however it did. */
  public Job awaitEnd(String id, Duration limit) {
    return awaitEnd(id, id, limit);
  }

  /** The same; {@code label} is what its user calls it, for messages. */
  public Job awaitEnd(String id, String label, Duration limit) {
    return new Readiness(api, poller).end(id, label, limit);
  }

  /**
   * Stops a job; its workspace stays. It may be stopping for a while afterwards.
   *
   * @return the job as it is after that
   * @throws CliException (CONFLICT) if it has ended before
   */
  public Job stop(String nameOrId) {
    return stop(running(find(nameOrId), nameOrId));
  }

  /** Stops a job that was found. */
  public Job stop(Job job) {
    cache.clear();
    api.stop(job.requestId());
    return api.status(job.requestId());
  }

  /**
   * The same job, if it has not ended.
   *
   * @throws CliException (CONFLICT) if it has
   */
  public static Job running(Job job, String nameOrId) {
    if (job.state().isFinal()) {
      throw new CliException(
          ErrorKind.CONFLICT, nameOrId + " is not running: its status is " + job.status());
    }
    return job;
  }

  /**
   * Writes a sandbox's workspace to the store now.
   *
   * @return the job
   * @throws CliException (CONFLICT) if it has ended, which synced it; (REFUSED, UNAVAILABLE) if
   *     syncing failed
   */
  public Job sync(String nameOrId) {
    Job job = running(find(nameOrId), nameOrId);
    api.sync(job.requestId());
    return job;
  }

  /** Changes what can be changed of a live job. */
  public void update(String nameOrId, JobUpdate update) {
    api.update(jobs().idOf(nameOrId), update);
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
   * @param port 1 to 65535
   * @param limit how long to wait where access is refused at first, as while it starts
   * @throws CliException (USAGE) if that is no port, before anything is sent; (TIMEOUT) if the
   *     limit passes
   */
  public String url(String nameOrId, int port, Duration limit) {
    requirePort(port);
    return url(status(nameOrId), nameOrId, port, limit);
  }

  /** The same for a job whose status is known; {@code label} is what its user calls it. */
  public String url(Job job, String label, int port, Duration limit) {
    requirePort(port);
    return reach().url(job, label, port, options.appDomain(), limit);
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

  /** The same; {@code check} is done before each look and may throw to end the wait. */
  public void awaitAnswer(String url, Duration limit, Runnable check) {
    UrlProbe probe = new UrlProbe(url, options.userAgent());
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
    Objects.requireNonNull(nameOrId, "nameOrId");
    return reach()
        .connectAsBefore(executor(), nameOrId, limit)
        .orElseGet(() -> connect(find(nameOrId), nameOrId, limit));
  }

  /** The same for a job that was found; {@code label} is what its user calls it. */
  public SshConnection connect(Job job, String label, Duration limit) {
    return reach().connect(executor(), job, label, limit);
  }

  private SandboxReach reach() {
    return new SandboxReach(api, poller, cache, options.debug());
  }

  private SshExecutor executor() {
    return new SshExecutor(new HostKeyPolicy(options.knownHosts()), options.debug());
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
    return new BrowserStart(this, here, options.userAgent(), name, limit).run(started);
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
