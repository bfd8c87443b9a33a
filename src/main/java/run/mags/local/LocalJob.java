package run.mags.local;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import run.mags.api.model.Job;
import run.mags.api.model.JobRequest;
import run.mags.api.model.JobStatus;
import run.mags.api.model.JobUpdate;
import run.mags.error.CliException;
import run.mags.local.sandbox.Sandbox;

/**
 * One job and its way through the states: {@code pending → running → completed | error | stopped},
 * persistent ones {@code running ⇄ sleeping}, with {@code stopping} on the way to {@code stopped}.
 *
 * <p>Every change of state happens under the lock of this object and is on disk before the lock is
 * free. Starting and closing a machine takes long and happens outside it, in {@link MachineSlot}.
 */
final class LocalJob {
  private static final String BACKEND_STOPPED = "the backend stopped";
  private static final String SANDBOX_LOST = "the sandbox ended unexpectedly";

  private final JobLedger ledger;
  private final JobRecord record;
  private final Machines machines;
  private final Workers workers;

  private final IdleWatch idle;

  private final MachineSlot slot;
  private final JobWriting writing;
  private boolean closing;
  private Runnable atEnd = () -> {};

  /** A job that sleeps when it has been idle for {@code idleLimit}, unless it says otherwise. */
  LocalJob(JobLedger ledger, Machines machines, Workers workers, Duration idleLimit) {
    this.ledger = ledger;
    this.record = ledger.record();
    this.machines = machines;
    this.workers = workers;
    this.idle = new IdleWatch(idleLimit, workers);
    this.writing = new JobWriting(this, ledger, workers);
    this.slot = new MachineSlot(this, record.id, machines, workers, new Tenancy());
  }

  /** The job's id. */
  String id() {
    return record.id;
  }

  /** When it was submitted. */
  Instant createdAt() {
    return record.createdAt;
  }

  /** Its directory. */
  Path folder() {
    return ledger.folder().path();
  }

  /** The first label of its URL by name, the same for as long as it lives. */
  String subdomain() {
    return record.subdomain();
  }

  /** Whether its name or its workspace is this one. */
  synchronized boolean isKnownAs(String name) {
    return name.equals(record.request.workspaceId()) || name.equals(record.request.name());
  }

  /** Tells its URL in its status from now on; null for none. */
  synchronized void showUrl(String url) {
    record.url = url;
  }

  /** Whether it is over for good. */
  synchronized boolean hasEnded() {
    return record.status.isFinal();
  }

  /** When it ended for good, or null. */
  synchronized Instant endedAt() {
    return record.completedAt;
  }

  /** Whether it works in this workspace. */
  synchronized boolean worksIn(String workspace) {
    return workspace.equals(record.request.workspaceId());
  }

  /** Since when a sandbox is attached; null if none is. */
  synchronized Instant upSince() {
    return record.attachedAt();
  }

  /** Its log as it is now. */
  LogFile.Snapshot log() {
    return ledger.log().snapshot();
  }

  /** The job as the API shows it. */
  synchronized Job view() {
    return record.toApi();
  }

  /** How long sandboxes were attached to it until now, in ms. */
  synchronized long vmMs() {
    return record.vmMs(Instant.now());
  }

  /** The workspace beneath its own, or null. */
  synchronized String baseWorkspaceId() {
    return record.request.baseWorkspaceId();
  }

  /** Whether a sandbox is attached. */
  synchronized boolean isUp() {
    return slot.machine() != null;
  }

  /**
   * Puts a job that has not begun in line for its start, and makes good what happened to one that
   * was under way when a backend before this one ended. Called once, before anything else.
   */
  synchronized void resume() {
    switch (record.status) {
      case PENDING -> slot.fill(record.status);
      case RUNNING -> {
        if (record.isPersistent()) {
          settle(JobStatus.SLEEPING, null);
        } else if (record.exitCode != null) {
          settle(JobStatus.COMPLETED, null);
        } else {
          settle(JobStatus.ERROR, BACKEND_STOPPED);
        }
      }
      case STOPPING -> settle(JobStatus.STOPPED, null);
      case STOPPED, COMPLETED, ERROR -> forget();
      case SLEEPING, UNKNOWN -> {}
    }
  }

  private void forget() {
    try {
      machines.forget(id());
    } catch (CliException e) {
      ledger.warnings().accept(e.getMessage());
    }
  }

  /** What becomes of the job when its machine comes or does not come; called under its lock. */
  private final class Tenancy implements MachineSlot.Tenant {
    @Override
    public JobRequest request() {
      return record.request;
    }

    @Override
    public boolean wants(JobStart start) {
      return !closing && record.status == start.before();
    }

    @Override
    public AttachedMachine hold(Machine fresh) {
      return new AttachedMachine(fresh, ledger, workers, idle::touch);
    }

    @Override
    public void attached(AttachedMachine on, String vmId, boolean first) {
      record.attach(vmId, Instant.now());
      ledger.save();
      idle.touch();
      watch(on);
      workers.after(on.sandbox().ended(), nothing -> vanished(on));
      runIn(on, first);
    }

    @Override
    public void notWanted() {
      if (record.status == JobStatus.STOPPING) {
        settle(JobStatus.STOPPED, null);
      }
    }

    @Override
    public void failed(JobStart start, String reason) {
      if (record.status == JobStatus.STOPPING) {
        settle(JobStatus.STOPPED, null);
      } else if (!closing && start.isFirst()) {
        settle(JobStatus.ERROR, reason);
      } else if (!closing) {
        ledger.remark("waking failed: " + reason);
      }
    }
  }

  private void runIn(AttachedMachine on, boolean first) {
    String startup = record.request.startupCommand();
    if (!first && (startup == null || startup.isBlank())) {
      return;
    }
    try {
      ScriptRun started = on.run(record.request.environment(), first ? null : startup);
      workers.after(started.exit(), code -> ended(on, started, first, code));
    } catch (IOException e) {
      String reason = "the script cannot be started: " + e.getMessage();
      if (first) {
        takeDown(JobStatus.ERROR, reason);
      } else {
        ledger.remark(reason);
      }
    }
  }

  private synchronized void ended(AttachedMachine on, ScriptRun script, boolean first, int code) {
    if (slot.machine() != on) {
      return;
    }
    on.tellOfMemory();
    if (!first) {
      ledger.remark("the startup command ended with exit code " + code);
      return;
    }
    record.exitCode = code;
    record.scriptDurationMs = script.durationMs();
    ledger.save();
    if (!record.isPersistent()) {
      takeDown(JobStatus.COMPLETED, null);
    }
  }

  /** The sandbox is gone although nobody took it down. */
  private synchronized void vanished(AttachedMachine which) {
    if (slot.machine() != which) {
      return;
    }
    if (record.isPersistent()) {
      ledger.remark(SANDBOX_LOST);
      takeDown(JobStatus.SLEEPING, null);
    } else {
      takeDown(JobStatus.ERROR, SANDBOX_LOST);
    }
  }

  private void watch(AttachedMachine on) {
    idle.watch(record.request, () -> sleep(on));
  }

  /** It has been idle, unless somebody came in this very moment. */
  private synchronized void sleep(AttachedMachine on) {
    if (slot.machine() != on) {
      return;
    }
    if (idle.isOver(record.request)) {
      record.vmId = null;
      slot.empty(true, () -> takenDown(JobStatus.SLEEPING, null));
    } else {
      watch(on);
    }
  }

  /** Closes the machine, which is attached, and then settles on a status. */
  private void takeDown(JobStatus status, String error) {
    record.vmId = null;
    slot.empty(false, () -> takenDown(status, error));
  }

  private synchronized void takenDown(JobStatus status, String error) {
    record.detach(Instant.now());
    boolean stopped = record.status == JobStatus.STOPPING && !status.isFinal();
    settle(stopped ? JobStatus.STOPPED : status, error);
  }

  /** Enters a status in which no machine is attached. */
  private void settle(JobStatus wanted, String error) {
    if (writing.settle(wanted, error).isFinal()) {
      workers.pool().execute(atEnd);
      workers.pool().execute(this::forget);
    }
  }

  /**
   * Stops the job for good; returns at once.
   *
   * @throws ApiRefusal if it ended before by itself
   */
  synchronized void stop() {
    switch (record.status) {
      case STOPPING, STOPPED -> {}
      case COMPLETED, ERROR, UNKNOWN -> throw ended();
      case PENDING, SLEEPING, RUNNING -> {
        if (slot.machine() != null) {
          record.status = JobStatus.STOPPING;
          ledger.save();
          takeDown(JobStatus.STOPPED, null);
        } else if ((slot.starting() != null && slot.starting().hasBegun())
            || record.status == JobStatus.RUNNING) {
          record.status = JobStatus.STOPPING;
          ledger.save();
        } else {
          slot.cancelStart();
          settle(JobStatus.STOPPED, null);
        }
      }
    }
  }

  /**
   * Brings the workspace to the disk; nothing has to be done where none is attached.
   *
   * @throws ApiRefusal if that failed
   */
  void sync() {
    AttachedMachine on;
    synchronized (this) {
      on = slot.machine();
    }
    try {
      if (on != null) {
        on.sync();
      }
    } catch (IOException e) {
      throw new ApiRefusal(500, "sync failed: " + e.getMessage());
    }
  }

  /**
   * Changes what can be changed while the job lives.
   *
   * @throws ApiRefusal if it has ended
   */
  synchronized void update(JobUpdate update) {
    if (record.status.isFinal()) {
      throw ended();
    }
    record.update(update);
    ledger.save();
    if (slot.machine() != null) {
      watch(slot.machine());
    }
  }

  /** Somebody used the sandbox: it stays awake for its idle time from now on. */
  void touch() {
    idle.touch();
  }

  /** Somebody uses the sandbox: it does not go to sleep until the answer is closed. */
  IdleWatch.Visit enter() {
    return idle.enter();
  }

  /**
   * The sandbox, woken if it sleeps, waited for if it is on its way; this counts as a use of it.
   * One that is just going to sleep is woken when it is asleep.
   *
   * @throws ApiRefusal if there is none and will be none, or not in time
   */
  Sandbox awake(Duration limit) {
    idle.touch();
    long begun = System.nanoTime();
    while (true) {
      CompletableFuture<?> down;
      JobStart start = null;
      synchronized (this) {
        if (slot.machine() != null) {
          return slot.machine().sandbox();
        }
        down = slot.emptied();
        if (down.isDone()) {
          start = startOrJoin();
        }
      }
      Duration left = limit.minusNanos(System.nanoTime() - begun);
      if (start != null) {
        return start.await(left);
      }
      // By the time that we are back, others may have woken it and it may be falling asleep again.
      JobStart.await(down, left);
    }
  }

  private JobStart startOrJoin() {
    if (record.status.isFinal() || record.status == JobStatus.STOPPING) {
      throw ended();
    }
    if (closing) {
      throw new ApiRefusal(503, JobStart.NO_VM);
    }
    if (slot.starting() == null) {
      slot.fill(record.status);
    }
    return slot.starting();
  }

  /** What to do once the job has ended; in place of what was said before, at once if it has. */
  synchronized void atEnd(Runnable action) {
    atEnd = action;
    if (record.status.isFinal()) {
      workers.pool().execute(action);
    }
  }

  /**
   * Takes the machine away because the backend goes: persistent jobs sleep, others end in error,
   * and what has not begun stays pending. Completes when no machine is left.
   */
  synchronized CompletableFuture<Void> suspend() {
    closing = true;
    writing.close();
    if (slot.starting() != null && slot.starting().hasBegun()) {
      return slot.starting().decided();
    }
    slot.cancelStart();
    if (slot.machine() != null) {
      if (record.isPersistent()) {
        takeDown(JobStatus.SLEEPING, null);
      } else {
        takeDown(JobStatus.ERROR, BACKEND_STOPPED);
      }
    }
    return slot.emptied();
  }

  private ApiRefusal ended() {
    return new ApiRefusal(400, "the job is not running: it is " + record.toApi().status());
  }
}
