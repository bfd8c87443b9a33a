package run.mags.client;

import java.util.List;
import java.util.Optional;
import run.mags.api.MagsApiClient;
import run.mags.api.model.Job;
import run.mags.api.model.UrlAlias;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;

/** Subdomains of the user's choice that lead to a workspace's sandbox. */
public final class UrlAliases {
  private final MagsApiClient api;
  private final JobLookup jobs;

  UrlAliases(MagsApiClient api, JobLookup jobs) {
    this.api = api;
    this.jobs = jobs;
  }

  /** All of them. */
  public List<UrlAlias> list() {
    return api.urlAliases();
  }

  /**
   * Makes one.
   *
   * @param subdomain the first label of the URL: 1 to 63 lower-case letters, digits and dashes, no
   *     dash first or last
   * @param nameOrId a job, whose workspace the alias leads to from then on, whichever job works in
   *     it
   * @throws CliException (USAGE) if that cannot be a subdomain, before anything is sent;
   *     (NOT_FOUND) if there is no such job, (REFUSED) if it has no workspace, (CONFLICT) if the
   *     subdomain is taken
   */
  public UrlAlias add(String subdomain, String nameOrId) {
    if (!isLabel(subdomain)) {
      throw new CliException(
          ErrorKind.USAGE,
          "'"
              + subdomain
              + "' cannot be a subdomain: 1 to 63 lower-case letters, digits and dashes, no dash"
              + " first or last");
    }
    Job job = jobs.status(nameOrId);
    if (job.workspaceId() == null) {
      throw new CliException(
          ErrorKind.REFUSED,
          nameOrId + " has no workspace, which is what an alias leads to",
          "make it with one: mags new NAME, or mags run -p -w WORKSPACE");
    }
    try {
      return api.createUrlAlias(subdomain, job.workspaceId(), null);
    } catch (CliException refused) {
      throw refused.kind() == ErrorKind.CONFLICT
          ? new CliException(
              ErrorKind.CONFLICT,
              refused.getMessage(),
              "see where it leads: mags url alias list",
              refused)
          : refused;
    }
  }

  /** Whether a text can be one label of a host name (RFC 1123, section 2.1), in lower case. */
  private static boolean isLabel(String text) {
    return !text.isEmpty()
        && text.length() <= 63
        && text.chars().allMatch(c -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-')
        && !text.startsWith("-")
        && !text.endsWith("-");
  }

  /**
   * Removes one.
   *
   * @throws CliException (NOT_FOUND) if there is none, with the nearest ones
   */
  public void remove(String subdomain) {
    try {
      api.deleteUrlAlias(subdomain);
    } catch (CliException refused) {
      if (refused.kind() != ErrorKind.NOT_FOUND) {
        throw refused;
      }
      throw new CliException(
          ErrorKind.NOT_FOUND,
          "no URL alias is named " + subdomain,
          nearest(subdomain)
              .map(near -> "did you mean " + near + "? see: mags url alias list")
              .orElse("see which there are: mags url alias list"),
          refused);
    }
  }

  private Optional<String> nearest(String subdomain) {
    List<String> all =
        list().stream().map(UrlAlias::subdomain).filter(name -> name != null).toList();
    return Nearest.to(subdomain, all).stream().findFirst();
  }
}
