package run.mags.api;

import java.net.URI;
import java.util.function.Consumer;
import run.mags.api.model.ApiRoute;
import run.mags.api.model.ApiUrl;
import run.mags.error.CliException;
import run.mags.wait.Sleeper;

/**
 * What the client needs to know.
 *
 * @param baseUrl the API's base URL, without a slash at its end: https, or http to this machine
 * @param token the bearer token: a secret
 * @param userAgent who we say we are
 * @param sleeper pauses between tries
 * @param notes takes a line when a call is tried again
 * @param debug takes the lines of the wire log
 * @param route how the API is reached
 */
public record ApiOptions(
    URI baseUrl,
    String token,
    String userAgent,
    Sleeper sleeper,
    Consumer<String> notes,
    Consumer<String> debug,
    ApiRoute route) {

  /**
   * Checks the URL, so that no way to a client sends the token in the clear.
   *
   * @throws CliException (CONFIG) as {@link ApiUrl#require}
   */
  public ApiOptions {
    ApiUrl.require(baseUrl, "the API's URL");
  }

  /** The same, straight. */
  public ApiOptions(
      URI baseUrl,
      String token,
      String userAgent,
      Sleeper sleeper,
      Consumer<String> notes,
      Consumer<String> debug) {
    this(baseUrl, token, userAgent, sleeper, notes, debug, ApiRoute.DIRECT);
  }

  /** Everything but the token. */
  @Override
  public String toString() {
    return "ApiOptions[baseUrl=" + baseUrl + "]";
  }
}
