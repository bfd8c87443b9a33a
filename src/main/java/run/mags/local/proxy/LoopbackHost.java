package run.mags.local.proxy;

import java.util.Locale;

/**
 * Names in a {@code Host} header under which a page of another origin cannot have come here. Such a
 * page can point a name of its own at this machine, but the browser then sends that name.
 */
public final class LoopbackHost {
  private static final String SUFFIX = ".localhost";

  private LoopbackHost() {}

  /**
   * Whether it names the loopback interface.
   *
   * @param host the header's value, perhaps with a port; null where there is none
   */
  public static boolean is(String host) {
    String name = nameOf(host);
    return name.equals("localhost")
        || name.endsWith(SUFFIX)
        || name.equals("127.0.0.1")
        || name.equals("[::1]");
  }

  /**
   * Whether it is a numeric address of any machine: no name, so nobody can have pointed it here.
   */
  static boolean isAddress(String host) {
    String name = nameOf(host);
    return name.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}") || name.matches("\\[[0-9a-f:.]+\\]");
  }

  /**
   * What stands before {@code .localhost}.
   *
   * @return in lower case; empty if there is nothing, or another suffix
   */
  static String label(String host) {
    String name = nameOf(host);
    return name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : "";
  }

  private static String nameOf(String host) {
    return host == null
        ? ""
        : host.replaceFirst(":\\d*$", "").replaceFirst("\\.$", "").toLowerCase(Locale.ROOT);
  }
}
