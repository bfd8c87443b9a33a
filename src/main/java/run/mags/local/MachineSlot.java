package run.mags.local;

import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import run.mags.api.model.JobRequest;
import run.mags.api.model.JobStatus;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;

/**
 * The place for the one machine of a job: empty, being filled, taken, or being emptied. Filling and
 * emptying take long and happen on other threads; at most one of the two is under way.
 *
 * <p>Guarded by the job: its lock is held by whoever calls a method here, and while the {@link
 * Tenant} is called.
 */
final class MachineSlot {
  private final Object lock;
  private final String jobId;
  private final Machines machines;
  private final Workers workers;
  private final Tenant tenant;
  private AttachedMachine machine;
  private JobStart starting;
  private CompletableFuture<Void> emptied = CompletableFuture.completedFuture(null);

  /** An empty slot of the job whose lock and id these are. */
  MachineSlot(Object lock, String jobId, Machines machines, Workers workers, Tenant tenant) {
    this.lock = lock;
    this.jobId = jobId;
    this.machines = machines;
    this.workers = workers;
    this.tenant = tenant;
  }

  /** The machine that is in it, or null. */
  AttachedMachine machine() {
    return machine;
  }

  /** The start that is under way or in line, or null. */
  JobStart starting() {
    return starting;
  }

  /** Completes when the last machine that was taken out is gone and its end is written down. */
  CompletableFuture<Void> emptied() {
    return emptied;
  }

  /** Puts a machine in line; {@code before} is the status that the job has. */
  void fill(JobStatus before) {
    JobStart start = new JobStart(before);
    starting = start;
    workers.starters().execute(() -> fill(start));
  }

  private void fill(JobStart start) {
    JobRequest request;
    synchronized (lock) {
      if (starting != start) {
        return;
      }
      start.begin();
      request = tenant.request();
    }
    Machine fresh;
    String vmId = "vm-" + UUID.randomUUID().toString().substring(0, 8);
    try {
      fresh = machines.start(vmId, jobId, request);
    } catch (CliException e) {
      failed(start, status(e.kind()), e.getMessage());
      return;
    } catch (RuntimeException defect) {
      failed(start, 503, "a defect of the local backend: " + defect);
      return;
    }
    synchronized (lock) {
      starting = null;
      if (tenant.wants(start)) {
        machine = tenant.hold(fresh);
        tenant.attached(machine, vmId, start.isFirst());
        start.complete(fresh.sandbox());
        return;
      }
    }
    fresh.close();
    synchronized (lock) {
      tenant.notWanted();
    }
    start.fail(JobStart.NO_VM);
  }

  /** What is wrong with the workspace stays wrong until somebody does something about it. */
  private static int status(ErrorKind kind) {
    return switch (kind) {
      case CONFLICT, USAGE, NOT_FOUND -> 409;
      default -> 503;
    };
  }

  private void failed(JobStart start, int status, String reason) {
    synchronized (lock) {
      starting = null;
      tenant.failed(start, reason);
    }
    start.fail(status, reason);
  }

  /** Takes a start that has not begun out of the line. */
  void cancelStart() {
    if (starting != null) {
      starting.fail(JobStart.NO_VM);
      starting = null;
    }
  }

  /**
   * Takes the machine out and closes it.
   *
   * @param sync whether to bring its workspace to the disk before
   * @param then called, without the lock, once it is gone
   */
  void empty(boolean sync, Runnable then) {
    AttachedMachine on = machine;
    machine = null;
    emptied =
        CompletableFuture.runAsync(
            () -> {
              on.close(sync);
              then.run();
            },
            workers.pool());
  }

  /** The job, as the slot sees it. */
  interface Tenant {
    /** What the machine is for. */
    JobRequest request();

    /** Whether the machine of this start is still wanted. */
    boolean wants(JobStart start);

    /** Makes the machine the job's. */
    AttachedMachine hold(Machine fresh);

    /** The machine is in the slot; {@code first} if it is the job's first one. */
    void attached(AttachedMachine on, String vmId, boolean first);

    /** There was a machine that nobody wanted any more; it is gone. */
    void notWanted();

    /** There is no machine, for this reason. */
    void failed(JobStart start, String reason);
  }
}
