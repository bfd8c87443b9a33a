package run.mags.client;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import run.mags.api.model.Job;
import run.mags.api.model.Workspace;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.error.ShellWord;

/**
 * What is to be removed: jobs to stop and workspaces to delete. It is put together first, with all
 * that can be known to be wrong, and done afterwards.
 *
 * @param jobs to be stopped; none has ended
 * @param workspaces to be deleted, by their ids
 */
public record Removal(List<Job> jobs, List<String> workspaces) {
  /** Copies the lists. */
  public Removal {
    jobs = List.copyOf(jobs);
    workspaces = List.copyOf(workspaces);
  }

  /** Whether there is nothing to do. */
  public boolean isEmpty() {
    return jobs.isEmpty() && workspaces.isEmpty();
  }

  /**
   * Sandboxes with their workspaces.
   *
   * @param names names or ids of jobs, or names of workspaces that no job uses
   * @param lenient whether a name that means nothing is passed over
   * @throws CliException (NOT_FOUND) if a name means nothing, (CONFLICT) if a job that is not named
   *     works in one of the workspaces
   */
  public static Removal named(MagsClient mags, List<String> names, boolean lenient) {
    Set<String> stored = new HashSet<>();
    for (Workspace workspace : mags.workspaces().list()) {
      stored.add(workspace.workspaceId());
    }
    List<Job> jobs = new ArrayList<>();
    List<String> workspaces = new ArrayList<>();
    for (String name : names) {
      Optional<Job> job = mags.findIfThere(name);
      String workspace = job.isPresent() ? job.get().workspaceId() : name;
      boolean lives = job.isPresent() && !job.get().state().isFinal();
      if (lives
          && jobs.stream().noneMatch(known -> known.requestId().equals(job.get().requestId()))) {
        jobs.add(job.get());
      }
      boolean there = workspace != null && (stored.contains(workspace) || lives);
      if (there && !workspaces.contains(workspace)) {
        workspaces.add(workspace);
      }
      if (!there && !lives && !lenient) {
        throw new CliException(
            ErrorKind.NOT_FOUND,
            "there is no sandbox and no workspace " + name,
            "to make that no failure: mags rm --ignore-not-found " + ShellWord.of(name));
      }
    }
    requireOthersGone(mags, jobs, workspaces);
    return new Removal(jobs, workspaces);
  }

  private static void requireOthersGone(MagsClient mags, List<Job> ours, List<String> workspaces) {
    for (Job job : mags.api().allJobs()) {
      boolean uses =
          workspaces.contains(job.workspaceId()) || workspaces.contains(job.baseWorkspaceId());
      if (uses
          && !job.state().isFinal()
          && ours.stream().noneMatch(own -> own.requestId().equals(job.requestId()))) {
        String label = job.name() == null ? job.requestId() : job.name();
        throw new CliException(
            ErrorKind.CONFLICT,
            "its workspace is in use by " + label + " too, which is " + job.status(),
            "nothing was removed; stop it first: mags stop " + ShellWord.of(job.requestId()));
      }
    }
  }

  /**
   * What is older than a time: jobs by when they were made, else by when they began to run;
   * workspaces by when they were used last, and those of these jobs. What has no such time, or is
   * used by a job that stays, stays.
   *
   * @param wanted which jobs may be stopped
   * @param alsoWorkspaces which workspaces may be deleted; null for none
   */
  public static Removal olderThan(
      MagsClient mags, Instant time, Predicate<Job> wanted, Predicate<Workspace> alsoWorkspaces) {
    List<Job> jobs = new ArrayList<>();
    Set<String> left = new HashSet<>();
    Set<String> used = new HashSet<>();
    for (Job job : mags.api().allJobs()) {
      if (job.state().isFinal()) {
        continue;
      }
      Instant since = wanted.test(job) ? since(mags, job) : null;
      if (since != null && since.isBefore(time)) {
        jobs.add(job);
        left.add(job.workspaceId());
      } else {
        used.add(job.workspaceId());
        used.add(job.baseWorkspaceId());
      }
    }
    List<String> workspaces = new ArrayList<>();
    List<Workspace> stored = alsoWorkspaces == null ? List.of() : mags.workspaces().list();
    for (Workspace workspace : stored) {
      String id = workspace.workspaceId();
      Instant last = workspace.lastActive();
      boolean old = left.contains(id) || (last != null && last.isBefore(time));
      if (old && !used.contains(id) && alsoWorkspaces.test(workspace)) {
        workspaces.add(id);
      }
    }
    return new Removal(jobs, workspaces);
  }

  /** The list may know less of a job than its status. */
  private static Instant since(MagsClient mags, Job listed) {
    Instant since = listed.createdAt() != null ? listed.createdAt() : listed.startedAt();
    if (since != null) {
      return since;
    }
    Job job = mags.api().status(listed.requestId());
    return job.createdAt() != null ? job.createdAt() : job.startedAt();
  }

  /**
   * Stops the jobs, waits until they have ended where a workspace is to go, and deletes those.
   *
   * @param limit how long each job may take to end
   */
  public void run(MagsClient mags, Duration limit) {
    for (Job job : jobs) {
      try {
        mags.stop(job);
      } catch (CliException refused) {
        // It may have ended by itself meanwhile.
        if (!mags.api().status(job.requestId()).state().isFinal()) {
          throw refused;
        }
      }
    }
    if (workspaces.isEmpty()) {
      return;
    }
    for (Job job : jobs) {
      String label = job.name() == null ? job.requestId() : job.name();
      Job unused = mags.awaitEnd(job.requestId(), label, limit);
    }
    for (String workspace : workspaces) {
      Cleanup.delete(mags, workspace);
    }
  }
}
