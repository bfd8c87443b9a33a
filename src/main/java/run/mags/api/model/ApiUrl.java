package run.mags.api.model;

import java.net.URI;
import java.util.Locale;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;

/** Which URLs an API can have: https, or http to this machine, since each call sends the token. */
public final class ApiUrl {
  private ApiUrl() {}

  /**
   * The same URL, if it can be an API's.
   *
   * @param source what gave it, for the message, such as {@code MAGS_API_URL}
   * @throws CliException (CONFIG) if it is no http or https URL, has a port that is none, a user, a
   *     password or a query, or is http to another machine, which would send the token in the clear
   */
  public static URI require(URI url, String source) {
    String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
    if (url.getRawUserInfo() != null || url.getRawQuery() != null) {
      throw unusable(source, "(not shown)", "it must have no user, password or query");
    }
    if (url.getHost() == null || !(scheme.equals("https") || scheme.equals("http"))) {
      throw unusable(source, url.toString(), "it is not an http or https URL");
    }
    if (url.getPort() == 0 || url.getPort() > 65535) {
      throw unusable(source, url.toString(), "its port is not from 1 to 65535");
    }
    if (scheme.equals("http") && !isLoopback(url.getHost())) {
      throw unusable(source, url.toString(), "the token would be sent unencrypted");
    }
    return url;
  }

  /** What {@link #require} throws; for a text that is no URL at all, too. */
  public static CliException unusable(String source, String url, String why) {
    return new CliException(
        ErrorKind.CONFIG,
        source + " cannot be used: " + why + ": " + url,
        "use an https URL, or http://127.0.0.1:PORT for a server on this machine");
  }

  /** Whether a URL's host is this machine. */
  public static boolean isLoopback(String host) {
    return host.equals("localhost")
        || host.matches("127(\\.\\d{1,3}){3}")
        || host.equals("[::1]")
        || host.equals("::1");
  }
}
