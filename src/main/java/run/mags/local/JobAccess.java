package run.mags.local;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import run.mags.api.model.Access;
import run.mags.local.sandbox.Sandbox;
import run.mags.local.ssh.SshDoor;
import run.mags.local.ssh.SshGate;
import run.mags.local.ssh.SshHost;

/** Gives access to the ports of jobs. */
final class JobAccess implements AutoCloseable {
  /** How long a sandbox may take to start or wake before access is refused. */
  static final Duration START_LIMIT = Duration.ofSeconds(30);

  private static final int SSH = 22;

  private final JobUrls urls;
  private final Path pipes;
  private SshGate gate;
  private boolean closed;

  /**
   * Access by these URLs, and by SSH.
   *
   * @param pipes a directory for the outputs of commands on their way
   */
  JobAccess(JobUrls urls, Path pipes) {
    this.urls = urls;
    this.pipes = pipes;
    for (LocalJob job : urls.open()) {
      job.atEnd(() -> ended(job));
    }
  }

  /**
   * Opens the SSH ports again on which jobs could be reached before this backend began, so that a
   * connection wakes them; those that somebody else has by now stay closed. Returns at once, since
   * Apache SSHD takes a while to load.
   */
  void reopen(List<LocalJob> jobs, Executor pool) {
    List<LocalJob> known =
        jobs.stream()
            .filter(job -> !job.hasEnded() && Files.exists(job.folder().resolve(SshDoor.PORT_FILE)))
            .toList();
    if (!known.isEmpty()) {
      pool.execute(() -> known.forEach(this::reopen));
    }
  }

  private void reopen(LocalJob job) {
    try {
      if (gate().reopen(job.id(), job.folder(), new Behind(job))) {
        job.atEnd(() -> ended(job));
      }
    } catch (ApiRefusal stopping) {
      // It closes already.
    }
  }

  /** Wakes the job if need be and opens the port; a job that cannot be reached is an answer too. */
  Access open(LocalJob job, int port) {
    try {
      Sandbox sandbox = job.awake(START_LIMIT);
      Access access = port == SSH ? ssh(job) : urls.open(job, port, sandbox.reach());
      job.atEnd(() -> ended(job));
      return access;
    } catch (ApiRefusal refusal) {
      if (refusal.status() == 409) {
        // A client tries a refusal within an answer again, as the cloud gives one while it starts.
        throw refusal;
      }
      return refused(port, refusal.getMessage());
    }
  }

  private Access ssh(LocalJob job) {
    SshDoor door = gate().open(job.id(), job.folder(), new Behind(job));
    return new Access(
        true, null, null, null, SSH, door.host(), door.port(), door.privateKey(), null);
  }

  private void ended(LocalJob job) {
    SshGate open;
    synchronized (this) {
      open = gate;
    }
    if (open != null) {
      open.close(job.id());
    }
    urls.close(job);
  }

  /** A job behind its door. */
  private record Behind(LocalJob job) implements SshHost {
    @Override
    public Sandbox awake() {
      return job.awake(START_LIMIT);
    }

    @Override
    public Runnable enter() {
      IdleWatch.Visit visit = job.enter();
      return visit::close;
    }
  }

  private static Access refused(int port, String reason) {
    return new Access(false, null, null, null, port, null, null, null, reason);
  }

  /** Apache SSHD takes a while to load and is not there before the first access. */
  private synchronized SshGate gate() {
    if (closed) {
      throw new ApiRefusal(503, "the local backend is stopping");
    }
    if (gate == null) {
      gate = SshGate.open(pipes);
    }
    return gate;
  }

  @Override
  public void close() {
    SshGate open;
    synchronized (this) {
      closed = true;
      open = gate;
    }
    urls.close();
    if (open != null) {
      open.close();
    }
  }
}
