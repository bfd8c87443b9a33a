package run.mags.client;

import java.util.List;
import run.mags.api.MagsApiClient;
import run.mags.api.model.Job;
import run.mags.api.model.Workspace;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.error.ShellWord;

/** The stored workspaces. */
public final class Workspaces {
  private final MagsApiClient api;

  Workspaces(MagsApiClient api) {
    this.api = api;
  }

  /** All of them. */
  public List<Workspace> list() {
    return api.workspaces();
  }

  /** Whether there is one of this name. */
  public boolean exists(String id) {
    return list().stream().anyMatch(workspace -> id.equals(workspace.workspaceId()));
  }

  /**
   * Looks whether a workspace can be deleted.
   *
   * @return the workspace
   * @throws CliException (NOT_FOUND) if there is none of this name; (CONFLICT) if a job that has
   *     not ended works in it or stands on it as its base, or the API says that it is in use
   */
  public Workspace requireUnused(String id) {
    List<Workspace> all = list();
    Workspace found =
        all.stream()
            .filter(workspace -> id.equals(workspace.workspaceId()))
            .findFirst()
            .orElseThrow(() -> notFound(id, all));
    for (Job job : api.allJobs()) {
      if (!job.state().isFinal() && isUser(job, found)) {
        String label = job.name() == null ? job.requestId() : job.name();
        throw new CliException(
            ErrorKind.CONFLICT,
            "the workspace " + id + " is in use by " + label + ", which is " + job.status(),
            "stop it first: mags stop " + ShellWord.of(label));
      }
    }
    if (Boolean.TRUE.equals(found.inUse())) {
      throw new CliException(
          ErrorKind.CONFLICT,
          "the workspace " + id + " is in use, the API says",
          "see which jobs there are: mags list");
    }
    return found;
  }

  /** Whether a live job works in a workspace, or stands on it as its base. */
  private boolean isUser(Job job, Workspace workspace) {
    String id = workspace.workspaceId();
    return id.equals(job.workspaceId()) || id.equals(base(job, workspace));
  }

  /** The list may leave the base out; where the API says itself what is in use, that is enough. */
  private String base(Job job, Workspace workspace) {
    if (job.baseWorkspaceId() != null || workspace.inUse() != null) {
      return job.baseWorkspaceId();
    }
    try {
      return api.status(job.requestId()).baseWorkspaceId();
    } catch (CliException gone) {
      if (gone.kind() == ErrorKind.NOT_FOUND) {
        return null;
      }
      throw gone;
    }
  }

  private static CliException notFound(String id, List<Workspace> all) {
    List<String> near =
        Nearest.to(
            id, all.stream().map(Workspace::workspaceId).filter(name -> name != null).toList());
    return new CliException(
        ErrorKind.NOT_FOUND,
        "no workspace is named " + id,
        near.isEmpty()
            ? "see which there are: mags workspace list"
            : "did you mean " + String.join(" or ", near) + "? see: mags workspace list");
  }

  /**
   * Deletes a workspace with all that is stored in it.
   *
   * @throws CliException as {@link #requireUnused}, and when the API refuses
   */
  public void delete(String id) {
    requireUnused(id);
    api.deleteWorkspace(id);
  }
}
