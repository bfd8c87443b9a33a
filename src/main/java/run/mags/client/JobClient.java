package run.mags.client;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import run.mags.api.ApiOptions;
import run.mags.api.JobFollower;
import run.mags.api.MagsApiClient;
import run.mags.api.model.Job;
import run.mags.api.model.JobRequest;
import run.mags.api.model.JobStatus;
import run.mags.api.model.JobUpdate;
import run.mags.api.model.LogEntry;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.wait.Deadline;
import run.mags.wait.Poller;
import run.mags.wait.WaitTimeoutException;

/** What a client does with jobs by the API alone. */
abstract class JobClient {
  final ClientOptions options;
  final KeptConnections kept;
  final MagsApiClient api;
  final Poller poller;
  final ReachCache cache;

  /**
   * A client.
   *
   * @param kept connections that outlive it; null for connections of its own
   */
  JobClient(ClientOptions options, KeptConnections kept) {
    this.options = options;
    this.kept = kept;
    this.api =
        new MagsApiClient(
            new ApiOptions(
                options.apiUrl(),
                options.token(),
                options.userAgent(),
                options.sleeper(),
                options.notes(),
                options.debug(),
                options.route()),
            kept == null ? null : kept.http());
    this.poller = new Poller(options.sleeper());
    this.cache =
        new ReachCache(options.cache(), options.apiUrl(), options.token(), Clock.systemUTC());
  }

  /** The endpoints, for what this class does not do. */
  public MagsApiClient api() {
    return api;
  }

  /** How it waits. */
  public Poller poller() {
    return poller;
  }

  final JobLookup jobs() {
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

  /** The same, told how far the files have come, by several threads. */
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
   * Sends files, each streamed from disk and several at once, and answers their ids in the same
   * order, for {@link JobRequest#fileIds}. A {@link JobSpec} with files does that by itself.
   *
   * @throws CliException (FILE) if one of them cannot be sent, before any was
   */
  public List<String> upload(List<Path> files) {
    return upload(files, (file, sent, total) -> {});
  }

  private List<String> upload(List<Path> files, FileUploads.Progress progress) {
    FileUploads.check(files);
    return new UploadBatch(api, files, progress).send();
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
    return create(JobSpec.sandbox(name), MagsClient.DEFAULT_LIMIT);
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
}
