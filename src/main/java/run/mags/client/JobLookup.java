package run.mags.client;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import run.mags.api.JobFinder;
import run.mags.api.MagsApiClient;
import run.mags.api.model.Job;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;

/** Finds the job that a name or an id means. */
final class JobLookup {
  private static final String SEE_ALL = "see which there are: mags list --all";

  private final MagsApiClient api;

  JobLookup(MagsApiClient api) {
    this.api = api;
  }

  /**
   * The job of this name or id. For an id its full status; for a name what the list tells, which
   * may be less.
   *
   * @throws CliException (NOT_FOUND) if there is none, with the nearest names; (USAGE) if the name
   *     is blank, before anything is asked
   */
  Job find(String nameOrId) {
    requireGiven(nameOrId);
    if (JobFinder.isId(nameOrId)) {
      return byId(nameOrId);
    }
    JobFinder.Found found = new JobFinder(api).byName(nameOrId);
    return found.job().orElseThrow(() -> notFound(nameOrId, found.names()));
  }

  /** The same with everything that is known of the job. */
  Job status(String nameOrId) {
    requireGiven(nameOrId);
    if (JobFinder.isId(nameOrId)) {
      return byId(nameOrId);
    }
    return api.status(find(nameOrId).requestId());
  }

  /** The id of the job of this name; an id is taken as it is, without a call. */
  String idOf(String nameOrId) {
    requireGiven(nameOrId);
    return JobFinder.isId(nameOrId) ? nameOrId : find(nameOrId).requestId();
  }

  /** The job of this name or id, if there is one. */
  Optional<Job> findIfThere(String nameOrId) {
    try {
      return Optional.of(find(nameOrId));
    } catch (CliException failure) {
      if (failure.kind() == ErrorKind.NOT_FOUND) {
        return Optional.empty();
      }
      throw failure;
    }
  }

  /** A blank name is a variable that is not set; jobs without a name must not be meant by it. */
  private static void requireGiven(String nameOrId) {
    Objects.requireNonNull(nameOrId, "nameOrId");
    if (nameOrId.isBlank()) {
      throw new CliException(
          ErrorKind.USAGE,
          "the name of a job is empty",
          "is a variable not set? see which jobs there are: mags list");
    }
  }

  private Job byId(String id) {
    try {
      return api.status(id);
    } catch (CliException failure) {
      throw failure.kind() == ErrorKind.NOT_FOUND
          ? new CliException(failure.kind(), failure.getMessage(), SEE_ALL, failure)
          : failure;
    }
  }

  private static CliException notFound(String name, List<String> names) {
    List<String> near = Nearest.to(name, names);
    String hint =
        near.isEmpty()
            ? SEE_ALL
            : "did you mean " + String.join(" or ", near) + "? see: mags list --all";
    return new CliException(ErrorKind.NOT_FOUND, "no job is named " + name, hint);
  }
}
