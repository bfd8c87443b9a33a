package run.mags.local;

import java.util.Optional;
import java.util.function.Predicate;
import run.mags.api.model.JobRequest;

/**
 * Machines that take as much longer to start as the backend is told.
 *
 * @param machines the real ones
 * @param odd how much longer
 */
record SlowMachines(Machines machines, OddBehaviour odd) implements Machines {
  @Override
  public Machine start(String vmId, String jobId, JobRequest request) {
    odd.pause(odd.current().slowStart());
    return machines.start(vmId, jobId, request);
  }

  @Override
  public void forget(String jobId) {
    machines.forget(jobId);
  }

  @Override
  public String isolation() {
    return machines.isolation();
  }

  @Override
  public String network() {
    return machines.network();
  }

  @Override
  public void close() {
    machines.close();
  }

  @Override
  public void tellWhatIsWorkedIn(Predicate<String> workspaces) {
    machines.tellWhatIsWorkedIn(workspaces);
  }

  @Override
  public Optional<String> warning() {
    return machines.warning();
  }
}
