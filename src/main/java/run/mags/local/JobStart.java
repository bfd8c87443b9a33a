package run.mags.local;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import run.mags.api.model.JobStatus;
import run.mags.local.sandbox.Sandbox;

/** A machine on its way to a job, and whoever waits for it. */
final class JobStart {
  /** What a client is told that asks too early, or too late: the cloud's own words. */
  static final String NO_VM = "no VM associated with this job";

  private final CompletableFuture<Sandbox> ready = new CompletableFuture<>();
  private final JobStatus before;
  private boolean begun;

  /** A start of a job that has this status: pending for its first one, else sleeping. */
  JobStart(JobStatus before) {
    this.before = before;
  }

  /** The status that the job had. */
  JobStatus before() {
    return before;
  }

  /** Whether it is the job's first start, on which its script runs. */
  boolean isFirst() {
    return before == JobStatus.PENDING;
  }

  /** It is its turn. Guarded by the job. */
  void begin() {
    begun = true;
  }

  /** Whether its turn has come; until then it can be taken out of the line. Guarded by the job. */
  boolean hasBegun() {
    return begun;
  }

  /** The machine is there. */
  void complete(Sandbox sandbox) {
    ready.complete(sandbox);
  }

  /** There will be no machine. */
  void fail(String reason) {
    fail(503, reason);
  }

  /**
   * There will be no machine.
   *
   * @param status 503 if asking again may help
   */
  void fail(int status, String reason) {
    ready.completeExceptionally(new ApiRefusal(status, reason));
  }

  /** Completes when it is decided whether there is a machine. */
  CompletableFuture<Void> decided() {
    return ready.handle((sandbox, failure) -> null);
  }

  /**
   * Waits for the sandbox.
   *
   * @throws ApiRefusal if there will be none, or not in time
   */
  Sandbox await(Duration limit) {
    return await(ready, limit);
  }

  /**
   * Waits for something on the way to a sandbox.
   *
   * @throws ApiRefusal if it failed, or did not come in time
   */
  static <T> T await(CompletableFuture<T> event, Duration limit) {
    try {
      return event.get(limit.toMillis(), TimeUnit.MILLISECONDS);
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
}
