package run.mags.local.proxy;

import java.util.Arrays;
import java.util.List;
import run.mags.local.proxy.HttpInput.Malformed;

/**
 * The head of an answer (RFC 9112, section 4), checked.
 *
 * @param status the status, 100–999
 * @param reason the words behind it, perhaps empty
 * @param minor the version, HTTP/1.x: 0 or 1
 * @param fields the fields
 * @param framing where its body ends
 */
record ResponseHead(int status, String reason, int minor, HeaderFields fields, Framing framing) {
  /**
   * Reads a head.
   *
   * @param method the method of the request that it answers
   */
  static ResponseHead parse(String head, String method) throws Malformed {
    List<String> lines = Arrays.asList(head.split("\r\n", -1));
    String line = lines.get(0);
    if (!line.matches("HTTP/1\\.[01] [1-9][0-9]{2}( .*)?")) {
      throw new Malformed("the answer does not begin with HTTP/1.1 and a status");
    }
    String reason = line.length() > 13 ? line.substring(13) : "";
    if (reason.chars().anyMatch(c -> c < ' ' && c != '\t')) {
      throw new Malformed("the status line has a control character");
    }
    int status = Integer.parseInt(line, 9, 12, 10);
    HeaderFields fields = HeaderFields.parse(lines.subList(1, lines.size()));
    boolean hasBody = status >= 200 && status != 204 && status != 304 && !method.equals("HEAD");
    return new ResponseHead(
        status, reason, line.charAt(7) - '0', fields, Framing.ofResponse(fields, hasBody));
  }

  /** Whether another answer to the same request follows. */
  boolean isInterim() {
    return status < 200 && status != 101;
  }

  /** Whether the sandbox's side can be used again after it. */
  boolean keepsAlive() {
    return minor == 1
        && framing.kind() != Framing.Kind.CLOSE
        && !fields.members("Connection").contains("close");
  }

  /** Whether its body goes to an HTTP/1.x client in chunks. */
  boolean isChunkedFor(int clientMinor) {
    return clientMinor == 1
        && (framing.kind() == Framing.Kind.CHUNKED || framing.kind() == Framing.Kind.CLOSE);
  }

  /**
   * The head as it goes on to the client.
   *
   * @param request what it answers
   * @param close whether the client's connection ends with it
   */
  String forwarded(RequestHead request, boolean close) {
    HeaderFields onward = fields.endToEnd();
    if (status == 101) {
      onward.set("Connection", "Upgrade");
      onward.set("Upgrade", String.join(", ", fields.all("Upgrade")));
    } else if (!isInterim()) {
      framing(onward, request);
      if (close) {
        onward.set("Connection", "close");
      }
    }
    StringBuilder head = new StringBuilder("HTTP/1.1 ");
    head.append(status).append(' ').append(reason).append("\r\n");
    onward.write(head);
    return head.append("\r\n").toString();
  }

  private void framing(HeaderFields onward, RequestHead request) {
    if (framing.kind() == Framing.Kind.LENGTH) {
      onward.set("Content-Length", Long.toString(framing.length()));
    } else if (isChunkedFor(request.minor())) {
      onward.set("Transfer-Encoding", "chunked");
    } else if (framing.kind() == Framing.Kind.NONE && status != 204) {
      // It tells what a GET would have got.
      List<String> lengths = fields.all("Content-Length");
      if (lengths.size() == 1) {
        onward.set("Content-Length", lengths.get(0));
      }
    }
  }
}
