package run.mags.api;

import java.net.URI;
import run.mags.api.model.Access;
import run.mags.api.model.Job;
import run.mags.error.ErrorKind;

/** The public URL of a sandbox's port (spec: rest-api, "Public URLs"). */
public final class PublicUrl {
  /** The suffix that the original builds URLs with. */
  private static final String DOMAIN = "apps.magpiecloud.com";

  private PublicUrl() {}

  /**
   * The URL: the one the server gives, else one built from a subdomain.
   *
   * @param access the answer of the access call
   * @param job the job's status
   * @param domain the domain to use whatever the server says, or null
   * @throws ApiException (BAD_ANSWER) if neither a URL nor a subdomain is there
   */
  public static String of(Access access, Job job, String domain) {
    String given =
        access.url() != null
            ? access.url()
            : access.proxyUrl() != null ? access.proxyUrl() : job.url();
    if (given != null && domain == null) {
      return given;
    }
    String subdomain = job.subdomain() != null ? job.subdomain() : access.subdomain();
    if (subdomain == null && given != null) {
      subdomain = firstLabel(given);
    }
    if (subdomain == null) {
      throw new ApiException(
          ErrorKind.BAD_ANSWER,
          "the API gave neither a URL nor a subdomain for " + job.requestId(),
          null,
          200,
          null,
          true,
          null);
    }
    return "https://" + subdomain + "." + (domain == null ? DOMAIN : domain);
  }

  private static String firstLabel(String url) {
    try {
      String host = URI.create(url).getHost();
      return host == null || host.indexOf('.') < 0 ? null : host.substring(0, host.indexOf('.'));
    } catch (IllegalArgumentException notAnUrl) {
      return null;
    }
  }
}
