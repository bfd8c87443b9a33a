package run.mags.client;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import run.mags.api.model.Job;
import run.mags.api.model.Workspace;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.wait.Backoff;
import run.mags.wait.Deadline;

/**
 * Removes what a job has made: the job itself is stopped, and its workspace is deleted unless it
 * was there before. Made before the job, so that it knows which workspaces there were.
 */
public final class Cleanup {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Set<String> kept = new HashSet<>();

  /** Looks which workspaces there are now; they will stay. */
  public Cleanup(MagsClient mags) {
    for (Workspace workspace : mags.workspaces().list()) {
      kept.add(workspace.workspaceId());
    }
  }

  /**
   * Stops the job if it has not ended, and deletes its workspace if it is new.
   *
   * @throws CliException if that fails; the message says what is left
   */
  public void after(MagsClient mags, String id) {
    Job job = mags.api().status(id);
    if (!job.state().isFinal()) {
      mags.api().stop(id);
      job = mags.awaitEnd(id, LIMIT);
    }
    String workspace = job.workspaceId();
    if (workspace != null && !kept.contains(workspace)) {
      delete(mags, workspace);
    }
  }

  /**
   * Deletes a workspace, once a machine that is going has let go of it; one that is gone is fine.
   */
  static void delete(MagsClient mags, String workspace) {
    Deadline deadline = Deadline.in(LIMIT, mags.poller().sleeper());
    Backoff pauses = mags.poller().pauses();
    while (true) {
      try {
        mags.api().deleteWorkspace(workspace);
        return;
      } catch (CliException refused) {
        if (refused.kind() == ErrorKind.NOT_FOUND) {
          return;
        }
        // A machine that is going may hold the workspace for a moment.
        if (refused.kind() != ErrorKind.CONFLICT || deadline.passed()) {
          throw refused;
        }
      }
      mags.poller().pause(deadline.cap(pauses.next()));
    }
  }
}
