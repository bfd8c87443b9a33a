package run.mags.api;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import run.mags.api.model.Job;

/**
 * Finds the job that a user means by a name or an id. A full UUID is an id. Otherwise, newest first
 * and over all pages: a live job of that name, a live job of that workspace, any job of that name,
 * any job of that workspace.
 */
public final class JobFinder {
  /** Names may be long and contain dashes, so nothing less than the whole form makes an id. */
  private static final Pattern UUID =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

  private final MagsApiClient api;

  /** A finder that asks {@code api}. */
  public JobFinder(MagsApiClient api) {
    this.api = api;
  }

  /** What a search gave. */
  public static final class Found {
    private final Job job;
    private final List<String> names;

    private Found(Job job, List<String> names) {
      this.job = job;
      this.names = names;
    }

    /** The job, if there is one. */
    public Optional<Job> job() {
      return Optional.ofNullable(job);
    }

    /** The names and workspaces of all jobs that were looked at, when there is none. */
    public List<String> names() {
      return names;
    }
  }

  /** Whether {@code text} is an id. */
  public static boolean isId(String text) {
    return UUID.matcher(text).matches();
  }

  /**
   * Looks for a job by its name or workspace.
   *
   * @throws ApiException if the jobs cannot be listed
   */
  public Found byName(String name) {
    Job liveWorkspace = null;
    Job pastName = null;
    Job pastWorkspace = null;
    Set<String> names = new LinkedHashSet<>();
    for (Job job : api.allJobs()) {
      boolean live = job.state().isLive();
      if (name.equals(job.name())) {
        if (live) {
          return new Found(job, List.of());
        }
        pastName = pastName == null ? job : pastName;
      } else if (name.equals(job.workspaceId())) {
        if (live) {
          liveWorkspace = liveWorkspace == null ? job : liveWorkspace;
        } else {
          pastWorkspace = pastWorkspace == null ? job : pastWorkspace;
        }
      }
      if (job.name() != null) {
        names.add(job.name());
      }
      if (job.workspaceId() != null) {
        names.add(job.workspaceId());
      }
    }
    Job best = liveWorkspace != null ? liveWorkspace : pastName != null ? pastName : pastWorkspace;
    return new Found(best, best == null ? List.copyOf(names) : List.of());
  }
}
