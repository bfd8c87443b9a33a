package run.mags.local;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The part {@code file} of a {@code multipart/form-data} body (RFC 7578, RFC 2046 section 5.1),
 * read as it comes and never held in memory.
 */
final class MultipartFile {
  private static final Pattern BOUNDARY =
      Pattern.compile(
          "(?i)multipart/form-data\\s*;.*boundary=(?:\"([^\"]{1,70})\"|([^;,\\s]{1,70})).*");
  private static final Pattern FILE_NAME =
      Pattern.compile("(?i)filename=\"((?:[^\"\\\\]|\\\\.)*)\"");
  private static final Pattern FIELD_NAME = Pattern.compile("(?i)[;\\s]name=\"([^\"]*)\"");
  private static final int LONGEST_HEADER = 8 * 1024;

  private final InputStream in;
  private final byte[] delimiter;
  private final byte[] buffer = new byte[64 * 1024];
  private int at;
  private int end;
  private String fileName;

  private MultipartFile(InputStream in, byte[] delimiter) {
    this.in = in;
    this.delimiter = delimiter;
  }

  /**
   * Copies the content of the part {@code file} to {@code sink} and answers its file name, without
   * any directories.
   *
   * @param contentType the request's header of that name, or null
   * @throws ApiRefusal if the body is not such a form, or ends early
   */
  static String copy(String contentType, InputStream body, OutputStream sink) throws IOException {
    Matcher matcher = BOUNDARY.matcher(contentType == null ? "" : contentType);
    if (!matcher.matches()) {
      throw new ApiRefusal(400, "the body must be multipart/form-data with a part named file");
    }
    String boundary = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
    byte[] delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
    MultipartFile form = new MultipartFile(body, delimiter);
    try {
      return form.copyFile(sink);
    } catch (EOFException early) {
      throw new ApiRefusal(400, "the body ends before the form does");
    }
  }

  private String copyFile(OutputStream sink) throws IOException {
    // The first delimiter has no line end before it.
    expect(new String(delimiter, 2, delimiter.length - 2, StandardCharsets.ISO_8859_1));
    while (nextPart()) {
      boolean wanted = "file".equals(readHeaders());
      copyContent(wanted ? sink : OutputStream.nullOutputStream());
      if (wanted) {
        return baseName(fileName);
      }
    }
    throw new ApiRefusal(400, "the form has no part named file");
  }

  private void expect(String text) throws IOException {
    for (int i = 0; i < text.length(); i++) {
      if (read() != text.charAt(i)) {
        throw new ApiRefusal(400, "the form does not begin with its boundary");
      }
    }
  }

  /** After a delimiter: a line end before the next part, two dashes after the last. */
  private boolean nextPart() throws IOException {
    int first = read();
    int second = read();
    if (first == '-' && second == '-') {
      return false;
    }
    while (first != '\r' || second != '\n') {
      if (second != ' ' && second != '\t' && second != '\r') {
        throw new ApiRefusal(400, "the form is broken after a boundary");
      }
      first = second;
      second = read();
    }
    return true;
  }

  /** Reads the headers of a part and answers its field name, or null. */
  private String readHeaders() throws IOException {
    String field = null;
    fileName = null;
    for (String line = readLine(); !line.isEmpty(); line = readLine()) {
      if (line.toLowerCase(Locale.ROOT).startsWith("content-disposition:")) {
        Matcher name = FIELD_NAME.matcher(line);
        field = name.find() ? name.group(1) : null;
        Matcher file = FILE_NAME.matcher(line);
        fileName = file.find() ? unescape(file.group(1)) : null;
      }
    }
    return field;
  }

  private String readLine() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = read(); next != '\n'; next = read()) {
      line.write(next);
      if (line.size() > LONGEST_HEADER) {
        throw new ApiRefusal(400, "a header of the form is too long");
      }
    }
    String text = line.toString(StandardCharsets.UTF_8);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }

  /** Quotes come escaped, by percent as browsers do or by a backslash (RFC 7578, section 4.2). */
  private static String unescape(String name) {
    return name.replace("\\\"", "\"")
        .replace("%22", "\"")
        .replace("%0D", "\r")
        .replace("%0A", "\n");
  }

  /**
   * Copies up to the next delimiter. The delimiter begins with the only CR that it has, so after a
   * mismatch the search can only begin again at a CR.
   */
  private void copyContent(OutputStream sink) throws IOException {
    int matched = 0;
    while (matched < delimiter.length) {
      if (matched == 0) {
        copyToReturn(sink);
      }
      if (read() == (delimiter[matched] & 0xff)) {
        matched++;
      } else {
        sink.write(delimiter, 0, matched);
        matched = 0;
        at--;
      }
    }
  }

  /** Copies, a buffer at a time, all that comes before a CR. */
  private void copyToReturn(OutputStream sink) throws IOException {
    while (true) {
      int begin = at;
      while (at < end && buffer[at] != '\r') {
        at++;
      }
      sink.write(buffer, begin, at - begin);
      if (at < end) {
        return;
      }
      fill();
    }
  }

  private int read() throws IOException {
    if (at == end) {
      fill();
    }
    return buffer[at++] & 0xff;
  }

  private void fill() throws IOException {
    end = Math.max(0, in.read(buffer));
    at = 0;
    if (end == 0) {
      throw new EOFException();
    }
  }

  /** The last part of a path in either notation; a name that walks the tree is none. */
  private static String baseName(String name) {
    String base = name == null ? "" : name.substring(name.lastIndexOf('/') + 1);
    base = base.substring(base.lastIndexOf('\\') + 1);
    if (base.isEmpty() || base.equals(".") || base.equals("..") || base.indexOf('\0') >= 0) {
      throw new ApiRefusal(400, "the part named file has no file name");
    }
    return base;
  }
}
