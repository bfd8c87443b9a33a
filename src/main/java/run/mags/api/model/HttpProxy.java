package run.mags.api.model;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;

/**
 * A proxy that opens tunnels to https servers (CONNECT, RFC 9110, section 9.3.6), as the variables
 * {@code HTTPS_PROXY} and {@code NO_PROXY} name it for most programs.
 *
 * @param host its host
 * @param port its port, 1 to 65535
 * @param user who to say we are; null where it asks nobody
 * @param password the password for that: a secret; null without a user
 * @param exceptions in lower case, what is reached without it: a host with all below it, {@code
 *     HOST:PORT}, or {@code *} for everything
 */
public record HttpProxy(
    String host, int port, String user, String password, List<String> exceptions) {

  private static final int DEFAULT_PORT = 80;

  /** Copies the exceptions. */
  public HttpProxy {
    exceptions = List.copyOf(exceptions);
  }

  /**
   * Reads the two variables.
   *
   * @param proxy {@code http://USER:PASSWORD@HOST:PORT}, all but HOST optional
   * @param exceptions hosts with commas or blanks in between, each with or without a dot or {@code
   *     *.} before it; may be null
   * @param source what gave {@code proxy}, for messages
   * @throws CliException (CONFIG) if {@code proxy} is not the URL of such a proxy
   */
  public static HttpProxy read(String proxy, String exceptions, String source) {
    String text = proxy.strip();
    URI url;
    try {
      url = URI.create(text.contains("://") ? text : "http://" + text);
    } catch (IllegalArgumentException notAnUrl) {
      throw unusable(source, "it is not a URL");
    }
    if (!"http".equalsIgnoreCase(url.getScheme())) {
      throw unusable(source, "only proxies that are spoken to by http are known");
    }
    if (url.getHost() == null || url.getPort() == 0 || url.getPort() > 65535) {
      throw unusable(source, "it is not a URL with a host and a port");
    }
    boolean more = url.getRawQuery() != null || url.getRawFragment() != null;
    if (more || !(url.getRawPath().isEmpty() || url.getRawPath().equals("/"))) {
      // Mostly a password with a character that has to be written as %XX.
      throw unusable(source, "there is more after its host and port");
    }
    String user = null;
    String password = null;
    if (url.getRawUserInfo() != null) {
      String[] parts = url.getRawUserInfo().split(":", 2);
      user = decoded(parts[0]);
      password = parts.length == 1 ? "" : decoded(parts[1]);
    }
    int port = url.getPort() < 0 ? DEFAULT_PORT : url.getPort();
    return new HttpProxy(bare(url.getHost()), port, user, password, entries(exceptions));
  }

  private static CliException unusable(String source, String why) {
    // The value may hold a password, so it is not shown.
    return new CliException(
        ErrorKind.CONFIG,
        source + " cannot be used: " + why,
        "it is to be http://HOST:PORT; without a proxy: unset " + source);
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static String bare(String host) {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  private static List<String> entries(String exceptions) {
    if (exceptions == null) {
      return List.of();
    }
    return Arrays.stream(exceptions.toLowerCase(Locale.ROOT).split("[,\\s]+"))
        .map(entry -> entry.startsWith("*.") ? entry.substring(1) : entry)
        .map(entry -> entry.startsWith(".") ? entry.substring(1) : entry)
        .filter(entry -> !entry.isEmpty())
        .toList();
  }

  /** Whether calls to this server go through it. This machine is always reached without. */
  public boolean serves(String server, int serverPort) {
    String name = bare(server.toLowerCase(Locale.ROOT));
    if (ApiUrl.isLoopback(name)) {
      return false;
    }
    for (String entry : exceptions) {
      String portless =
          entry.endsWith(":" + serverPort) ? entry.substring(0, entry.lastIndexOf(':')) : entry;
      String excepted = bare(portless);
      if (entry.equals("*") || name.equals(excepted) || name.endsWith("." + excepted)) {
        return false;
      }
    }
    return true;
  }

  /** Host and port, and nothing else. */
  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
