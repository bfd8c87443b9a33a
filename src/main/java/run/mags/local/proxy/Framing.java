package run.mags.local.proxy;

import java.util.List;
import run.mags.local.proxy.HttpInput.Malformed;

/**
 * Where the body of a message ends (RFC 9112, section 6). There is exactly one answer, or the
 * message is refused: two sides that disagree about it could be made to see different messages.
 *
 * @param kind how its end is known
 * @param length for {@link Kind#LENGTH} its bytes, otherwise 0
 */
record Framing(Kind kind, long length) {
  /** How the end of a body is known. */
  enum Kind {
    /** There is none. */
    NONE,
    /** By its length. */
    LENGTH,
    /** By a last chunk. */
    CHUNKED,
    /** By the end of the connection; only in answers. */
    CLOSE
  }

  static final Framing NONE = new Framing(Kind.NONE, 0);
  private static final Framing CHUNKED = new Framing(Kind.CHUNKED, 0);
  private static final Framing CLOSE = new Framing(Kind.CLOSE, 0);

  /** The longest length has 18 digits, which fit a long. */
  private static final String LENGTH = "[0-9]{1,18}";

  /**
   * The framing of a request.
   *
   * @param minor the version, HTTP/1.x
   */
  static Framing ofRequest(HeaderFields fields, int minor) throws Malformed, Refusal {
    List<String> encodings = fields.all("Transfer-Encoding");
    if (!encodings.isEmpty() && minor == 0) {
      throw new Malformed("HTTP/1.0 has no Transfer-Encoding");
    }
    if (!encodings.isEmpty() && !isChunked(encodings)) {
      throw new Refusal(501, "the only Transfer-Encoding that is understood is chunked");
    }
    return of(fields, encodings, NONE);
  }

  /**
   * The framing of an answer.
   *
   * @param hasBody whether one can have a body with this status and to this request
   */
  static Framing ofResponse(HeaderFields fields, boolean hasBody) throws Malformed {
    List<String> encodings = fields.all("Transfer-Encoding");
    if (!hasBody) {
      return NONE;
    }
    if (!encodings.isEmpty() && !isChunked(encodings)) {
      throw new Malformed("the only Transfer-Encoding that is understood is chunked");
    }
    return of(fields, encodings, CLOSE);
  }

  private static boolean isChunked(List<String> encodings) {
    return encodings.size() == 1 && encodings.get(0).equalsIgnoreCase("chunked");
  }

  private static Framing of(HeaderFields fields, List<String> encodings, Framing otherwise)
      throws Malformed {
    String length = fields.only("Content-Length");
    if (length == null) {
      return encodings.isEmpty() ? otherwise : CHUNKED;
    }
    if (!encodings.isEmpty()) {
      throw new Malformed("there are both Content-Length and Transfer-Encoding");
    }
    if (!length.matches(LENGTH)) {
      throw new Malformed("Content-Length is not a number of bytes");
    }
    return new Framing(Kind.LENGTH, Long.parseLong(length));
  }
}
