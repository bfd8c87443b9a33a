package run.mags.api.model;

/** What the API's status words mean to a client (spec: rest-api, "Status values"). */
public enum JobStatus {
  /** Submitted, not running yet: accepted, pending, queued, starting. */
  PENDING,
  /** Running. A machine may or may not be attached yet. */
  RUNNING,
  /** Persistent and idle; access wakes it. */
  SLEEPING,
  /** On its way to {@link #STOPPED}. */
  STOPPING,
  /** Stopped by a request: stopped, terminated, cancelled. */
  STOPPED,
  /** The script ended. */
  COMPLETED,
  /** The job failed: error, failed. */
  ERROR,
  /** A word that this client does not know. */
  UNKNOWN;

  /** The meaning of a status word; null and words not known yet are {@link #UNKNOWN}. */
  public static JobStatus of(String word) {
    if (word == null) {
      return UNKNOWN;
    }
    return switch (word) {
      case "accepted", "pending", "queued", "starting" -> PENDING;
      case "running" -> RUNNING;
      case "sleeping" -> SLEEPING;
      case "stopping" -> STOPPING;
      case "stopped", "terminated", "cancelled" -> STOPPED;
      case "completed" -> COMPLETED;
      case "error", "failed" -> ERROR;
      default -> UNKNOWN;
    };
  }

  /** Whether no other state can follow. */
  public boolean isFinal() {
    return switch (this) {
      case STOPPED, COMPLETED, ERROR -> true;
      case PENDING, RUNNING, SLEEPING, STOPPING, UNKNOWN -> false;
    };
  }

  /** Whether the job can be worked with now or after waking it. */
  public boolean isLive() {
    return this == RUNNING || this == SLEEPING;
  }
}
