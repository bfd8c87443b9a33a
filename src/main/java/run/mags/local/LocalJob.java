package run.mags.local;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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

  private static final String NO_VM = "no VM associated with this job";

  private final JobLedger ledger;
  private final JobRecord record;
  private final Machines machines;
  private final Workers workers;

  private Machine machine;
  private Instant attachedAt;
  private ScriptRun run;
  private boolean closing;
  private CompletableFuture<Sandbox> starting;
  private boolean startBegun;
  private CompletableFuture<Void> takingDown = CompletableFuture.completedFuture(null);
  private Runnable atEnd = () -> {};

  LocalJob(JobLedger ledger, Machines machines, Workers workers) {
    this.ledger = ledger;
    this.record = ledger.record();
    this.machines = machines;
    this.workers = workers;
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
    return record.vmMs
        + (attachedAt == null ? 0 : Duration.between(attachedAt, Instant.now()).toMillis());
  }

  /** The workspace beneath its own, or null. */
  synchronized String baseWorkspaceId() {
    return record.request.baseWorkspaceId();
  }

  /** Whether a sandbox is attached. */
  synchronized boolean isUp() {
    return machine != null;
  }

  /** What happened before this backend was there, made good. Called once, before anything else. */
  synchronized void recover() {
    switch (record.status) {
      case PENDING -> power();
      case RUNNING -> {
        if (record.isPersistent()) {
          settle(JobStatus.SLEEPING, null);
        } else {
          settle(JobStatus.ERROR, "the backend stopped");
        }
      }
      case STOPPING -> settle(JobStatus.STOPPED, null);
      case SLEEPING, STOPPED, COMPLETED, ERROR, UNKNOWN -> {}
    }
  }

  /** Puts the job in line for its first start. */
  synchronized void begin() {
    power();
  }

  private void power() {
    CompletableFuture<Sandbox> ready = new CompletableFuture<>();
    starting = ready;
    startBegun = false;
    JobStatus before = record.status;
    workers.starters().execute(() -> powerOn(ready, before));
  }

  private void powerOn(CompletableFuture<Sandbox> ready, JobStatus before) {
    synchronized (this) {
      if (starting != ready) {
        return;
      }
      startBegun = true;
    }
    Machine fresh;
    String vmId = "vm-" + UUID.randomUUID().toString().substring(0, 8);
    try {
      boolean first = before == JobStatus.PENDING;
      fresh = machines.start(vmId, first ? record.request : record.request.withoutFiles());
    } catch (CliException e) {
      startFailed(ready, before, e.getMessage());
      return;
    } catch (RuntimeException defect) {
      startFailed(ready, before, "a defect of the local backend: " + defect);
      return;
    }
    synchronized (this) {
      starting = null;
      if (!closing && record.status == before) {
        attach(fresh, vmId);
        runIn(fresh, before == JobStatus.PENDING);
        ready.complete(fresh.sandbox());
        return;
      }
    }
    fresh.close();
    synchronized (this) {
      if (record.status == JobStatus.STOPPING) {
        settle(JobStatus.STOPPED, null);
      }
    }
    ready.completeExceptionally(new ApiRefusal(503, NO_VM));
  }

  private synchronized void startFailed(
      CompletableFuture<Sandbox> ready, JobStatus before, String reason) {
    starting = null;
    if (record.status == JobStatus.STOPPING) {
      settle(JobStatus.STOPPED, null);
    } else if (!closing && before == JobStatus.PENDING) {
      settle(JobStatus.ERROR, reason);
    } else if (!closing) {
      ledger.remark("waking failed: " + reason);
    }
    ready.completeExceptionally(new ApiRefusal(503, reason));
  }

  private void attach(Machine fresh, String vmId) {
    machine = fresh;
    attachedAt = Instant.now();
    record.vmId = vmId;
    record.status = JobStatus.RUNNING;
    if (record.startedAt == null) {
      record.startedAt = attachedAt;
    }
    ledger.save();
    workers.after(fresh.sandbox().ended(), nothing -> vanished(fresh));
  }

  private void runIn(Machine on, boolean first) {
    String startup = record.request.startupCommand();
    if (!first && startup == null) {
      return;
    }
    try {
      Path script =
          first
              ? ledger.folder().script(JobFolder.SCRIPT)
              : ledger.folder().writeScript(JobFolder.STARTUP, startup);
      ScriptRun started =
          ScriptRun.start(
              on.sandbox(), record.request.environment(), script, ledger.log(), workers);
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
    if (machine == which) {
      ledger.remark("the sandbox ended unexpectedly");
      takeDown(
          record.isPersistent() ? JobStatus.SLEEPING : JobStatus.ERROR,
          record.isPersistent() ? null : "the sandbox ended unexpectedly");
    }
  }

  /** Closes the machine, which is attached, and then settles on a status. */
  private void takeDown(JobStatus status, String error) {
    Machine on = machine;
    machine = null;
    record.vmId = null;
    takingDown =
        CompletableFuture.runAsync(
            () -> {
              on.close();
              takenDown(status, error);
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
      record.vmMs = vmMs();
      attachedAt = null;
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
        } else if ((starting != null && startBegun) || record.status == JobStatus.RUNNING) {
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
  }

  /**
   * The sandbox, woken if it sleeps, waited for if it is on its way.
   *
   * @throws ApiRefusal if there is none and will be none, or not in time
   */
  Sandbox awake(Duration limit) {
    CompletableFuture<Sandbox> ready;
    synchronized (this) {
      if (machine != null) {
        return machine.sandbox();
      }
      if (record.status.isFinal() || record.status == JobStatus.STOPPING) {
        throw ended();
      }
      if (closing || record.status == JobStatus.RUNNING) {
        throw new ApiRefusal(503, NO_VM);
      }
      if (starting == null) {
        power();
      }
      ready = starting;
    }
    return await(ready, limit);
  }

  private static Sandbox await(CompletableFuture<Sandbox> ready, Duration limit) {
    try {
      return ready.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new ApiRefusal(503, NO_VM + " yet");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ApiRefusal(503, "interrupted");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof ApiRefusal refusal
          ? refusal
          : new ApiRefusal(503, NO_VM + ": " + e.getCause().getMessage());
    }
  }

  /** The port that its SSH server had last time. */
  synchronized Optional<Integer> sshPort() {
    return Optional.ofNullable(record.sshPort);
  }

  /** What to do once the job has ended; in place of what was said before, at once if it has. */
  synchronized void atEnd(Runnable action) {
    atEnd = action;
    if (record.status.isFinal()) {
      workers.pool().execute(action);
    }
  }

  /** Remembers the port of its SSH server. */
  synchronized void sshPort(int port) {
    if (record.sshPort == null || record.sshPort != port) {
      record.sshPort = port;
      ledger.save();
    }
  }

  /**
   * Takes the machine away because the backend goes: persistent jobs sleep, others end in error,
   * and what has not begun stays pending. Completes when no machine is left.
   */
  synchronized CompletableFuture<Void> suspend() {
    closing = true;
    if (starting != null && startBegun) {
      return starting.handle((sandbox, failure) -> null);
    }
    cancelStart();
    if (machine != null) {
      if (record.isPersistent()) {
        takeDown(JobStatus.SLEEPING, null);
      } else {
        takeDown(JobStatus.ERROR, "the backend stopped");
      }
    }
    return takingDown;
  }

  /** Takes a start that has not begun out of the line. */
  private void cancelStart() {
    if (starting != null) {
      starting.completeExceptionally(new ApiRefusal(503, NO_VM));
      starting = null;
    }
  }

  private ApiRefusal ended() {
    return new ApiRefusal(400, "the job is not running: it is " + record.toApi().status());
  }
}
