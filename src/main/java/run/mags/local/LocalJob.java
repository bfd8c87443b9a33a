package run.mags.local;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import run.mags.api.model.Job;
import run.mags.api.model.JobStatus;
import run.mags.api.model.JobUpdate;
import run.mags.error.CliException;
import run.mags.local.sandbox.Sandbox;

/**
 * One job and its way through the states: {@code pending → running → completed | error | stopped},
 * persistent ones {@code running ⇄ sleeping}, with {@code stopping} on the way to {@code stopped}.
 *
 * <p>Every change of state happens under the lock of this object and is on disk before the lock is
 * free. Starting and closing a machine takes long and happens outside it; {@code starting} and
 * {@code takingDown} stand for that work, and at most one of the two is under way.
 */
final class LocalJob {
  /** How long output may still arrive in the log after a sandbox is gone, in ms. */
  private static final long DRAIN_MS = 2_000;

  private static final String BACKEND_STOPPED = "the backend stopped";
  private static final String SANDBOX_LOST = "the sandbox ended unexpectedly";

  private final JobLedger ledger;
  private final JobRecord record;
  private final Machines machines;
  private final Workers workers;

  private final IdleWatch idle;

  private Machine machine;
  private ScriptRun run;
  private boolean closing;
  private JobStart starting;
  private CompletableFuture<Void> takingDown = CompletableFuture.completedFuture(null);
  private Runnable atEnd = () -> {};

  /** A job that sleeps when it has been idle for {@code idleLimit}, unless it says otherwise. */
  LocalJob(JobLedger ledger, Machines machines, Workers workers, Duration idleLimit) {
    this.ledger = ledger;
    this.record = ledger.record();
    this.machines = machines;
    this.workers = workers;
    this.idle = new IdleWatch(idleLimit, workers);
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
    return machine != null;
  }

  /**
   * Puts a job that has not begun in line for its start, and makes good what happened to one that
   * was under way when a backend before this one ended. Called once, before anything else.
   */
  synchronized void resume() {
    switch (record.status) {
      case PENDING -> power();
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
      case SLEEPING, STOPPED, COMPLETED, ERROR, UNKNOWN -> {}
    }
  }

  private void power() {
    JobStart start = new JobStart(record.status);
    starting = start;
    workers.starters().execute(() -> powerOn(start));
  }

  private void powerOn(JobStart start) {
    synchronized (this) {
      if (starting != start) {
        return;
      }
      start.begin();
    }
    Machine fresh;
    String vmId = "vm-" + UUID.randomUUID().toString().substring(0, 8);
    try {
      fresh = machines.start(vmId, id(), record.request);
    } catch (CliException e) {
      startFailed(start, e.getMessage());
      return;
    } catch (RuntimeException defect) {
      startFailed(start, "a defect of the local backend: " + defect);
      return;
    }
    synchronized (this) {
      starting = null;
      if (!closing && record.status == start.before()) {
        attach(fresh, vmId);
        runIn(fresh, start.isFirst());
        start.complete(fresh.sandbox());
        return;
      }
    }
    fresh.close();
    synchronized (this) {
      if (record.status == JobStatus.STOPPING) {
        settle(JobStatus.STOPPED, null);
      }
    }
    start.fail(JobStart.NO_VM);
  }

  private synchronized void startFailed(JobStart start, String reason) {
    starting = null;
    if (record.status == JobStatus.STOPPING) {
      settle(JobStatus.STOPPED, null);
    } else if (!closing && start.isFirst()) {
      settle(JobStatus.ERROR, reason);
    } else if (!closing) {
      ledger.remark("waking failed: " + reason);
    }
    start.fail(reason);
  }

  private void attach(Machine fresh, String vmId) {
    machine = fresh;
    record.attach(vmId, Instant.now());
    ledger.save();
    idle.touch();
    watch(fresh);
    workers.after(fresh.sandbox().ended(), nothing -> vanished(fresh));
  }

  private void runIn(Machine on, boolean first) {
    String startup = record.request.startupCommand();
    if (!first && (startup == null || startup.isBlank())) {
      return;
    }
    try {
      Path script =
          first
              ? ledger.folder().script(JobFolder.SCRIPT)
              : ledger.folder().writeScript(JobFolder.STARTUP, startup);
      ScriptRun started =
          ScriptRun.start(
              on.sandbox(),
              record.request.environment(),
              script,
              ledger.log(),
              workers,
              idle::touch);
      run = started;
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

  private synchronized void ended(Machine on, ScriptRun script, boolean first, int code) {
    if (machine != on) {
      return;
    }
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
  private synchronized void vanished(Machine which) {
    if (machine != which) {
      return;
    }
    if (record.isPersistent()) {
      ledger.remark(SANDBOX_LOST);
      takeDown(JobStatus.SLEEPING, null);
    } else {
      takeDown(JobStatus.ERROR, SANDBOX_LOST);
    }
  }

  private void watch(Machine on) {
    idle.watch(record.request, () -> sleep(on));
  }

  /** It has been idle, unless somebody came in this very moment. */
  private synchronized void sleep(Machine on) {
    if (machine != on) {
      return;
    }
    if (idle.isOver(record.request)) {
      takeDown(JobStatus.SLEEPING, null, true);
    } else {
      watch(on);
    }
  }

  private void takeDown(JobStatus status, String error) {
    takeDown(status, error, false);
  }

  /** Closes the machine, which is attached, and then settles on a status. */
  private void takeDown(JobStatus status, String error, boolean sync) {
    Machine on = machine;
    machine = null;
    record.vmId = null;
    takingDown =
        CompletableFuture.runAsync(
            () -> {
              try {
                if (sync) {
                  on.sync();
                }
              } catch (IOException e) {
                ledger.remark("sync failed: " + e.getMessage());
              } finally {
                on.close();
                takenDown(status, error);
              }
            },
            workers.pool());
  }

  private void takenDown(JobStatus status, String error) {
    ScriptRun script;
    synchronized (this) {
      script = run;
      run = null;
    }
    if (script != null) {
      script.drain(DRAIN_MS);
    }
    synchronized (this) {
      record.detach(Instant.now());
      boolean stopped = record.status == JobStatus.STOPPING && !status.isFinal();
      settle(stopped ? JobStatus.STOPPED : status, error);
    }
  }

  /** Enters a status in which no machine is attached. */
  private void settle(JobStatus status, String error) {
    record.status = status;
    if (error != null) {
      record.error = error;
      ledger.remark(error);
    }
    if (status.isFinal()) {
      record.completedAt = Instant.now();
      workers.pool().execute(atEnd);
      workers.pool().execute(() -> machines.forget(id()));
    }
    ledger.save();
    ledger.rest();
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
        if (machine != null) {
          record.status = JobStatus.STOPPING;
          ledger.save();
          takeDown(JobStatus.STOPPED, null);
        } else if ((starting != null && starting.hasBegun())
            || record.status == JobStatus.RUNNING) {
          record.status = JobStatus.STOPPING;
          ledger.save();
        } else {
          cancelStart();
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
    Machine on;
    synchronized (this) {
      on = machine;
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
    if (machine != null) {
      watch(machine);
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
    CompletableFuture<Void> down;
    synchronized (this) {
      if (machine != null) {
        return machine.sandbox();
      }
      down = takingDown;
    }
    long begun = System.nanoTime();
    JobStart.await(down, limit);
    JobStart start;
    synchronized (this) {
      if (machine != null) {
        return machine.sandbox();
      }
      if (record.status.isFinal() || record.status == JobStatus.STOPPING) {
        throw ended();
      }
      if (closing) {
        throw new ApiRefusal(503, JobStart.NO_VM);
      }
      if (starting == null) {
        power();
      }
      start = starting;
    }
    return start.await(limit.minusNanos(System.nanoTime() - begun));
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
    if (starting != null && starting.hasBegun()) {
      return starting.decided();
    }
    cancelStart();
    if (machine != null) {
      if (record.isPersistent()) {
        takeDown(JobStatus.SLEEPING, null);
      } else {
        takeDown(JobStatus.ERROR, BACKEND_STOPPED);
      }
    }
    return takingDown;
  }

  /** Takes a start that has not begun out of the line. */
  private void cancelStart() {
    if (starting != null) {
      starting.fail(JobStart.NO_VM);
      starting = null;
    }
  }

  private ApiRefusal ended() {
    return new ApiRefusal(400, "the job is not running: it is " + record.toApi().status());
  }
}
