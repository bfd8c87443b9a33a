package run.mags.api.model;

import java.nio.file.Path;

/**
 * How https servers are reached.
 *
 * @param proxy the proxy in between; null for none
 * @param certificates a file of PEM certificates that are trusted beside those of Java; null for
 *     none
 */
public record ApiRoute(HttpProxy proxy, Path certificates) {
  /** Straight, and with no trust but Java's. */
  public static final ApiRoute DIRECT = new ApiRoute(null, null);
}
