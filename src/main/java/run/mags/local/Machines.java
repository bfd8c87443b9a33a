package run.mags.local;

import java.util.Optional;
import java.util.function.Predicate;
import run.mags.api.model.JobRequest;

/** Where machines come from. */
interface Machines {
  /**
   * Starts a machine; returns when commands can run on it.
   *
   * @param vmId its name, unique in this backend
   * @param jobId the job's id
   * @param request the job it is for: workspace, base, disk size
   * @throws run.mags.error.CliException if it cannot be started
   */
  Machine start(String vmId, String jobId, JobRequest request);

  /**
   * Tells how to find out whether a job that lives works in a workspace, asleep or not: it may
   * write it at any time, so that others cannot stand on it but only on a copy.
   */
  default void tellWhatIsWorkedIn(Predicate<String> workspaces) {}

  /** The job has ended: what was kept for its next machine, beside its workspace, goes. */
  void forget(String jobId);

  /** How machines are kept apart: {@code ns}, {@code flat} or {@code plain}. */
  String isolation();

  /** What a user should know about that isolation. */
  Optional<String> warning();
}
