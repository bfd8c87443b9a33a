package run.mags.local.proxy;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import run.mags.local.proxy.HttpInput.Malformed;

/**
 * The head of a request (RFC 9112, section 3), checked.
 *
 * @param method the method
 * @param target what is asked for: a path with its query, or {@code *}
 * @param minor the version, HTTP/1.x: 0 or 1
 * @param host the host and perhaps port of {@code Host}, in lower case; empty where HTTP/1.0 has
 *     none
 * @param fields the fields
 * @param framing where its body ends
 */
record RequestHead(
    String method, String target, int minor, String host, HeaderFields fields, Framing framing) {

  private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");
  private static final String SCHEME = "http://";

  /** Reads a head. */
  static RequestHead parse(String head) throws Malformed, Refusal {
    List<String> lines = Arrays.asList(head.split("\r\n", -1));
    String[] words = lines.get(0).split(" ", -1);
    if (words.length != 3 || !HeaderFields.isToken(words[0])) {
      throw new Malformed("the request line is not METHOD TARGET VERSION");
    }
    if (!words[2].equals("HTTP/1.1") && !words[2].equals("HTTP/1.0")) {
      if (words[2].matches("HTTP/\\d\\.\\d")) {
        throw new Refusal(505, "the versions that are understood are HTTP/1.1 and HTTP/1.0");
      }
      throw new Malformed("the request line has no HTTP version");
    }
    int minor = words[2].charAt(7) - '0';
    HeaderFields fields = HeaderFields.parse(lines.subList(1, lines.size()));
    String host = fields.only("Host");
    if (host == null && minor == 1) {
      throw new Malformed("there is no Host header");
    }
    String target = checked(words[1]);
    if (target.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      // The host in it holds, and what Host says does not (RFC 9112, section 3.2.2).
      int path = target.indexOf('/', SCHEME.length());
      host = target.substring(SCHEME.length(), path < 0 ? target.length() : path);
      target = path < 0 ? "/" : target.substring(path);
      fields.set("Host", host);
    } else if (!target.startsWith("/") && !(target.equals("*") && words[0].equals("OPTIONS"))) {
      throw new Malformed("the request target is not a path");
    }
    return new RequestHead(
        words[0],
        target,
        minor,
        host == null ? "" : host.toLowerCase(Locale.ROOT),
        fields,
        Framing.ofRequest(fields, minor));
  }

  private static String checked(String target) throws Malformed {
    for (int i = 0; i < target.length(); i++) {
      if (target.charAt(i) < '!' || target.charAt(i) == 0x7f) {
        throw new Malformed("the request target has a control character");
      }
    }
    return target;
  }

  /** Whether it has no body and may be sent again, since it changes nothing (RFC 9110, 9.2.1). */
  boolean isRepeatable() {
    return SAFE.contains(method) && framing.kind() == Framing.Kind.NONE;
  }

  /** Whether the client wants to use the connection again. */
  boolean keepsAlive() {
    return minor == 1 && !fields.members("Connection").contains("close");
  }

  /**
   * The protocol that the client wants to change to, or null; a request with a body may not. {@code
   * h2c} is left out, which clients offer with any request and which would take the following
   * requests out of our sight; nobody has to accept an offer (RFC 9110, section 7.8).
   */
  String upgrade() {
    List<String> offered = fields.members("Upgrade");
    boolean asked = minor == 1 && fields.members("Connection").contains("upgrade");
    boolean body = framing.kind() != Framing.Kind.NONE;
    return !asked || body || offered.isEmpty() || offered.contains("h2c")
        ? null
        : String.join(", ", fields.all("Upgrade"));
  }

  /** The head as it goes on to the sandbox. */
  String forwarded(String clientAddress) {
    HeaderFields onward = fields.endToEnd();
    List<String> before = fields.all("X-Forwarded-For");
    onward.set(
        "X-Forwarded-For",
        before.isEmpty() ? clientAddress : String.join(", ", before) + ", " + clientAddress);
    onward.set("X-Forwarded-Proto", "http");
    if (!host.isEmpty()) {
      onward.set("X-Forwarded-Host", host);
    }
    if (minor == 0) {
      onward.set("Connection", "close");
    } else if (upgrade() != null) {
      onward.set("Connection", "Upgrade");
      onward.set("Upgrade", upgrade());
    }
    switch (framing.kind()) {
      case LENGTH -> onward.set("Content-Length", Long.toString(framing.length()));
      case CHUNKED -> onward.set("Transfer-Encoding", "chunked");
      case NONE, CLOSE -> {}
    }
    StringBuilder head = new StringBuilder();
    head.append(method).append(' ').append(target).append(" HTTP/1.").append(minor).append("\r\n");
    onward.write(head);
    return head.append("\r\n").toString();
  }
}
