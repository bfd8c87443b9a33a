package run.mags.ssh;

import java.util.ArrayList;
import java.util.List;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;

/**
 * One port forwarding, written as for OpenSSH's client.
 *
 * @param kind which way it goes
 * @param bind the address to listen on; empty or {@code *} for all, null for loopback
 * @param port the port to listen on; 0 takes a free one
 * @param host where a connection leads to; null where each says that itself
 * @param hostPort the port there; 0 where there is no host
 */
public record Forward(Kind kind, String bind, int port, String host, int hostPort) {
  /** Which way connections go. */
  public enum Kind {
    /** From here to where the sandbox can go. */
    LOCAL,
    /** From the sandbox to where we can go. */
    REMOTE,
    /** From here, by SOCKS, to where the sandbox can go. */
    DYNAMIC
  }

  private static final int LAST_PORT = 65_535;

  /**
   * Reads {@code [BIND:]PORT:HOST:HOSTPORT}, or {@code [BIND:]PORT} of a DYNAMIC one; IPv6
   * addresses stand in brackets.
   *
   * @throws CliException of kind USAGE if it is none
   */
  public static Forward parse(Kind kind, String text) {
    List<String> parts = split(text);
    int own = kind == Kind.DYNAMIC ? 1 : 3;
    if (parts == null || parts.size() < own || parts.size() > own + 1) {
      throw wrong(kind, text);
    }
    boolean bound = parts.size() > own;
    String bind = bound ? parts.get(0) : null;
    int port = port(parts.get(bound ? 1 : 0));
    String host = kind == Kind.DYNAMIC ? null : parts.get(parts.size() - 2);
    int hostPort = kind == Kind.DYNAMIC ? 0 : port(parts.get(parts.size() - 1));
    boolean leadsNowhere = kind != Kind.DYNAMIC && (host.isEmpty() || hostPort == 0);
    if (port < 0 || hostPort < 0 || leadsNowhere) {
      throw wrong(kind, text);
    }
    return new Forward(kind, bind, port, host, hostPort);
  }

  private static CliException wrong(Kind kind, String text) {
    return new CliException(
        ErrorKind.USAGE,
        "'" + text + "' is no forwarding",
        kind == Kind.DYNAMIC
            ? "write [BIND:]PORT, such as 1080"
            : "write [BIND:]PORT:HOST:HOSTPORT, such as 8080:localhost:80");
  }

  /** The parts between colons, of which those in brackets are none; null if brackets are wrong. */
  private static List<String> split(String text) {
    List<String> parts = new ArrayList<>();
    int at = 0;
    while (at <= text.length()) {
      int end;
      if (text.startsWith("[", at)) {
        end = text.indexOf(']', at) + 1;
        if (end == 0 || (end < text.length() && text.charAt(end) != ':')) {
          return null;
        }
        parts.add(text.substring(at + 1, end - 1));
      } else {
        end = text.indexOf(':', at);
        end = end < 0 ? text.length() : end;
        parts.add(text.substring(at, end));
      }
      at = end + 1;
    }
    return parts;
  }

  /** A port or 0; -1 if it is none. */
  private static int port(String text) {
    boolean digits = !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    int port = digits && text.length() < 6 ? Integer.parseInt(text) : -1;
    return port > LAST_PORT ? -1 : port;
  }

  /** The same on another port. */
  Forward on(int other) {
    return new Forward(kind, bind, other, host, hostPort);
  }

  /** Whether it listens on all addresses. */
  boolean listensEverywhere() {
    return bind != null && (bind.isEmpty() || bind.equals("*"));
  }

  /** What it is, listening on this port. */
  String words(int listening) {
    String option =
        switch (kind) {
          case LOCAL -> "-L ";
          case REMOTE -> "-R ";
          case DYNAMIC -> "-D ";
        };
    String at = bind == null ? "" : (listensEverywhere() ? "*" : bind) + ":";
    return option + at + listening + " leads to " + destination();
  }

  /** Where it leads to, for messages. */
  String destination() {
    return host == null ? "wherever SOCKS asks for" : host + ":" + hostPort;
  }
}
