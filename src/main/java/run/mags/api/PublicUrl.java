package run.mags.api;

import java.net.URI;
import okhttp3.HttpUrl;
import run.mags.api.model.Access;
import run.mags.api.model.Job;
import run.mags.error.ErrorKind;

/** The public URL of a sandbox's port (spec: rest-api, "Public URLs"). */
public final class PublicUrl {
  /** The suffix that the original builds URLs with. */
  public static final String DOMAIN = "apps.magpiecloud.com";

  private PublicUrl() {}

  /**
   * The URL: the one the server gives, else one built from a subdomain.
   *
   * @param access the answer of the access call
   * @param job the job's status
   * @param domain the domain to use whatever the server says, or null
   * @param standard the domain for a subdomain where neither says more; null for none, as for a
   *     sandbox of this machine, which is not below the service's
   * @throws ApiException (BAD_ANSWER) if neither a URL nor a subdomain is there, or what is there
   *     is none
   */
  public static String of(Access access, Job job, String domain, String standard) {
    String given =
        access.url() != null
            ? access.url()
            : access.proxyUrl() != null ? access.proxyUrl() : job.url();
    if (given != null && domain == null) {
      return checked(given);
    }
    String subdomain = job.subdomain() != null ? job.subdomain() : access.subdomain();
    if (subdomain == null && given != null) {
      subdomain = firstLabel(given);
    }
    String suffix = domain == null ? standard : domain;
    if (subdomain == null || suffix == null) {
      String message =
          "the API gave "
              + (suffix == null ? "no URL" : "neither a URL nor a subdomain")
              + " for "
              + job.requestId();
      throw new ApiException(ErrorKind.BAD_ANSWER, message, null, 200, null, true, null);
    }
    if (!isLabel(subdomain)) {
      throw badAnswer("the API gave a subdomain that is none: " + subdomain);
    }
    return "https://" + subdomain + "." + suffix;
  }

  /** The URL is printed, opened and handed to other programs: it must be one, for the web. */
  private static String checked(String url) {
    boolean plain = !url.isEmpty() && url.chars().allMatch(c -> c > ' ' && c < 0x7f);
    if (!plain || HttpUrl.parse(url) == null) {
      throw badAnswer("the API gave a URL that is none: " + url);
    }
    return url;
  }

  /** One label of a host's name (RFC 1123, section 2.1); underscores do occur. */
  private static boolean isLabel(String text) {
    return text.matches("[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?");
  }

  private static ApiException badAnswer(String message) {
    return new ApiException(ErrorKind.BAD_ANSWER, message, null, 200, null, false, null);
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
