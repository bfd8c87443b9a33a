package run.mags.local;

import java.time.Duration;
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
  private SshGate gate;
  private boolean closed;

  /** Access by these URLs, and by SSH. */
  JobAccess(JobUrls urls) {
    this.urls = urls;
    for (LocalJob job : urls.open()) {
      job.atEnd(() -> ended(job));
    }
  }

  /** Wakes the job if need be and opens the port; a job that cannot be reached is an answer too. */
  Access open(LocalJob job, int port) {
    try {
      job.awake(START_LIMIT);
      Access access = port == SSH ? ssh(job) : urls.open(job, port);
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
      gate = SshGate.open();
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
