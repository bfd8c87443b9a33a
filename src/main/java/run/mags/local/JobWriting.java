package run.mags.local;

import java.time.Instant;
import run.mags.api.model.JobStatus;

/**
 * How a job comes to rest in its record and its log, also on a full disk: what there is no room for
 * is written as soon as there is. Guarded by the lock of the job, as its record is.
 */
final class JobWriting {
  /** How soon it is tried again to write what the disk had no room for, in ms. */
  private static final long CATCH_UP_MS = 2_000;

  private final Object lock;
  private final JobLedger ledger;
  private final Workers workers;

  /** Whether something is not on the disk, for want of room. */
  private boolean behind;

  private boolean closed;

  /** For the job of this ledger, which is locked by {@code lock}. */
  JobWriting(Object lock, JobLedger ledger, Workers workers) {
    this.lock = lock;
    this.ledger = ledger;
    this.workers = workers;
  }

  /**
   * Writes down a status in which no machine is attached; called under the lock.
   *
   * @param error why it failed, or null
   * @return the status that it has come to: one that has lost output is no success
   */
  JobStatus settle(JobStatus wanted, String error) {
    JobStatus status = wanted;
    String why = error;
    if (status.isFinal() && ledger.lost() != null) {
      // Whoever reads the output must not take what there is for all of it.
      status = status == JobStatus.COMPLETED ? JobStatus.ERROR : status;
      why = why == null ? ledger.lost() : why + "; " + ledger.lost();
    }
    JobRecord record = ledger.record();
    record.status = status;
    if (why != null) {
      record.error = why;
      ledger.remark(why);
    }
    if (status.isFinal()) {
      record.completedAt = Instant.now();
    }
    behind = !ledger.save() || !ledger.tellOfGap();
    ledger.rest();
    again();
    return status;
  }

  /** Writes what is left to be written, if there is room now, and tries no more after that. */
  void close() {
    closed = true;
    catchUp();
  }

  private void again() {
    if (behind && !closed) {
      workers.later(CATCH_UP_MS, () -> workers.pool().execute(this::catchUp));
    }
  }

  private void catchUp() {
    synchronized (lock) {
      // One that has ended long ago is forgotten, with its folder.
      if (behind && ledger.folder().isThere()) {
        behind = !ledger.catchUp();
        ledger.rest();
        again();
      }
    }
  }
}
