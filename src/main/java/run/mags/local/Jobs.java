package run.mags.local;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import run.mags.api.model.Job;
import run.mags.api.model.JobPage;
import run.mags.api.model.JobRequest;
import run.mags.api.model.JobStatus;
import run.mags.api.model.Json;
import run.mags.api.model.PoolStatus;

/** All jobs of one backend, those of earlier runs included. */
final class Jobs {
  /** How long closing waits for sandboxes to go, in seconds; what is left dies with the JVM. */
  private static final int CLOSE_SECONDS = 20;

  private final Path root;
  private final Machines machines;
  private final Workers workers;
  private final Duration idleLimit;

  /** Oldest first. */
  private final List<LocalJob> inOrder = new ArrayList<>();

  private final Map<String, LocalJob> byId = new HashMap<>();
  private Instant lastCreated = Instant.EPOCH;
  private boolean closed;

  private Jobs(Path root, Machines machines, Workers workers, Duration idleLimit) {
    this.root = root;
    this.machines = machines;
    this.workers = workers;
    this.idleLimit = idleLimit;
  }

  /**
   * Opens the jobs kept in {@code root}. A record that cannot be read is left where it is, with a
   * warning.
   *
   * @param idleLimit after what time without use a persistent job goes to sleep
   */
  static Jobs open(Path root, Machines machines, Workers workers, Duration idleLimit)
      throws IOException {
    Jobs jobs = new Jobs(root, machines, workers, idleLimit);
    List<LocalJob> found = new ArrayList<>();
    OwnerOnly.removeHalves(root);
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(root)) {
      for (Path folder : folders) {
        try {
          JobLedger ledger = JobLedger.load(folder, workers.warnings());
          found.add(new LocalJob(ledger, machines, workers, idleLimit));
        } catch (IOException e) {
          workers
              .warnings()
              .accept(
                  "the job record in "
                      + folder
                      + " is skipped, as it cannot be read: "
                      + StateDirectory.reason(e));
        }
      }
    }
    machines.tellWhatIsWorkedIn(jobs::isWorkedIn);
    found.sort(Comparator.comparing(LocalJob::createdAt));
    for (LocalJob job : found) {
      jobs.add(job);
      job.resume();
    }
    jobs.prune();
    return jobs;
  }

  private void add(LocalJob job) {
    inOrder.add(job);
    byId.put(job.id(), job);
    if (job.createdAt().isAfter(lastCreated)) {
      lastCreated = job.createdAt();
    }
  }

  /**
   * Takes a job and puts it in line to start.
   *
   * @param request what was asked for, checked before
   * @throws ApiRefusal if its workspace or its name is in use
   */
  synchronized LocalJob submit(JobRequest request) {
    if (closed) {
      throw new ApiRefusal(503, "the local backend is stopping");
    }
    checkFree(request);
    JobRecord record = new JobRecord(UUID.randomUUID().toString(), creationTime(), request);
    try {
      JobLedger ledger = JobLedger.create(root, record, request.script(), workers.warnings());
      LocalJob job = new LocalJob(ledger, machines, workers, idleLimit);
      add(job);
      job.resume();
      prune();
      return job;
    } catch (IOException e) {
      throw new ApiRefusal(500, "the job cannot be stored: " + StateDirectory.reason(e));
    }
  }

  private void checkFree(JobRequest request) {
    for (LocalJob job : inOrder) {
      Job other = job.view();
      if (other.state().isFinal()) {
        continue;
      }
      String workspace = request.workspaceId();
      boolean awake = other.state() != JobStatus.SLEEPING;
      if (same(workspace, other.workspaceId())
          || (awake && same(workspace, job.baseWorkspaceId()))) {
        throw inUse("workspace", workspace, other);
      }
      if (Boolean.TRUE.equals(request.persistent())
          && Boolean.TRUE.equals(other.persistent())
          && same(request.name(), other.name())) {
        throw inUse("name", request.name(), other);
      }
    }
  }

  private static boolean same(String wanted, String taken) {
    return wanted != null && wanted.equals(taken);
  }

  private static ApiRefusal inUse(String what, String which, Job by) {
    return new ApiRefusal(
        409,
        "%s '%s' is already in use by job %s, which is %s"
            .formatted(what, which, by.requestId(), by.status()));
  }

  /** Now, in µs, and always later than before, so that the order of jobs is never in doubt. */
  private Instant creationTime() {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
    return now.isAfter(lastCreated) ? now : lastCreated.plus(1, ChronoUnit.MICROS);
  }

  /**
   * A job.
   *
   * @throws ApiRefusal if there is none with this id
   */
  synchronized LocalJob find(String id) {
    LocalJob job = byId.get(id);
    if (job == null) {
      throw new ApiRefusal(404, "job not found: " + id);
    }
    return job;
  }

  private synchronized boolean isWorkedIn(String workspace) {
    for (LocalJob job : inOrder) {
      if (job.worksIn(workspace) && !job.hasEnded()) {
        return true;
      }
    }
    return false;
  }

  /** Forgets jobs that ended long ago, with their scripts and logs. */
  private synchronized void prune() {
    for (LocalJob job : JobRetention.due(inOrder, Instant.now())) {
      inOrder.remove(job);
      byId.remove(job.id());
      workers.pool().execute(() -> remove(job.folder()));
    }
  }

  private void remove(Path folder) {
    try {
      OwnerOnly.removeTree(folder);
    } catch (IOException e) {
      workers.warnings().accept("an old job cannot be removed: " + StateDirectory.reason(e));
    }
  }

  /** The newest job that has not ended and works in a workspace, or has that name; or null. */
  synchronized LocalJob liveIn(String workspace) {
    for (int i = inOrder.size() - 1; i >= 0; i--) {
      LocalJob job = inOrder.get(i);
      if (job.isKnownAs(workspace) && !job.hasEnded()) {
        return job;
      }
    }
    return null;
  }

  /** All jobs, oldest first. */
  synchronized List<LocalJob> all() {
    return List.copyOf(inOrder);
  }

  /**
   * One page of all jobs, newest first; past the last page an empty one.
   *
   * @param page from 1
   * @param pageSize from 1
   */
  synchronized JobPage page(int page, int pageSize) {
    List<Job> jobs = new ArrayList<>();
    long skip = (page - 1L) * pageSize;
    for (long i = inOrder.size() - 1 - skip; i >= 0 && jobs.size() < pageSize; i--) {
      jobs.add(inOrder.get((int) i).view());
    }
    return new JobPage(jobs, inOrder.size(), page, pageSize);
  }

  /**
   * Totals over the jobs submitted in the last days (keys assumed: nothing public names them).
   *
   * @param days from 1
   */
  synchronized ObjectNode usage(int days) {
    Instant since = Instant.now().minus(Duration.ofDays(days));
    Map<JobStatus, Integer> counts = new HashMap<>();
    int total = 0;
    long scriptMs = 0;
    long vmMs = 0;
    for (LocalJob job : inOrder) {
      if (job.createdAt().isBefore(since)) {
        continue;
      }
      Job view = job.view();
      total++;
      counts.merge(view.state(), 1, Integer::sum);
      scriptMs += view.scriptDurationMs() == null ? 0 : view.scriptDurationMs();
      vmMs += job.vmMs();
    }
    ObjectNode usage = Json.object();
    usage.put("window_days", days);
    usage.put("total_jobs", total);
    usage.put("completed_jobs", counts.getOrDefault(JobStatus.COMPLETED, 0));
    usage.put("error_jobs", counts.getOrDefault(JobStatus.ERROR, 0));
    usage.put("stopped_jobs", counts.getOrDefault(JobStatus.STOPPED, 0));
    usage.put("running_jobs", counts.getOrDefault(JobStatus.RUNNING, 0));
    usage.put("sleeping_jobs", counts.getOrDefault(JobStatus.SLEEPING, 0));
    usage.put("script_duration_ms", scriptMs);
    usage.put("vm_duration_ms", vmMs);
    return usage;
  }

  /** The machines that are up. None is kept in reserve, and no number of them is too many. */
  synchronized PoolStatus pool() {
    int up = (int) inOrder.stream().filter(LocalJob::isUp).count();
    return new PoolStatus(0, up, up, 0, 0);
  }

  /** Takes every machine away; returns when none is left, or after 20 s. */
  void close() {
    CompletableFuture<?>[] all;
    synchronized (this) {
      closed = true;
      all = inOrder.stream().map(LocalJob::suspend).toArray(CompletableFuture<?>[]::new);
    }
    try {
      CompletableFuture.allOf(all).get(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException e) {
      workers.warnings().accept("some sandboxes did not end in time: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
