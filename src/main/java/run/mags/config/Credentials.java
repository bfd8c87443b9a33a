package run.mags.config;

/**
 * A token and where it came from.
 *
 * @param token the token: a secret
 * @param source what to call its source, such as {@code MAGS_API_TOKEN} or the path of a file
 */
public record Credentials(String token, String source) {
  /** Everything but the token. */
  @Override
  public String toString() {
    return "Credentials[source=" + source + "]";
  }
}
