package run.mags.local.proxy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import run.mags.local.proxy.HttpInput.Malformed;

/** The fields of a head, in order and with their names as they were written (RFC 9110, 5). */
final class HeaderFields {
  private static final String NAME_SYMBOLS = "!#$%&'*+-.^_`|~";

  /** Fields that hold for one connection (RFC 9110, 7.6.1), and those of framing. */
  private static final Set<String> OF_CONNECTION =
      Set.of(
          "connection",
          "content-length",
          "http2-settings",
          "keep-alive",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  private record Field(String name, String value) {
    boolean is(String other) {
      return name.equalsIgnoreCase(other);
    }
  }

  private final List<Field> fields = new ArrayList<>();

  /**
   * Reads the lines after the first.
   *
   * @throws Malformed if one is not a name, a colon and a value without control characters; also a
   *     folded line, which some take for a field of its own
   */
  static HeaderFields parse(List<String> lines) throws Malformed {
    HeaderFields parsed = new HeaderFields();
    for (String line : lines) {
      int colon = line.indexOf(':');
      if (colon < 1 || !isToken(line.substring(0, colon))) {
        throw new Malformed("a header line has no valid name");
      }
      String value = line.substring(colon + 1);
      for (int i = 0; i < value.length(); i++) {
        char c = value.charAt(i);
        if ((c < ' ' && c != '\t') || c == 0x7f) {
          throw new Malformed("a header has a control character");
        }
      }
      parsed.fields.add(new Field(line.substring(0, colon), trim(value)));
    }
    return parsed;
  }

  /** Whether it is a token (RFC 9110, 5.6.2). */
  static boolean isToken(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean word = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
      if (!word && NAME_SYMBOLS.indexOf(c) < 0) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  private static String trim(String value) {
    int from = 0;
    int to = value.length();
    while (from < to && (value.charAt(from) == ' ' || value.charAt(from) == '\t')) {
      from++;
    }
    while (to > from && (value.charAt(to - 1) == ' ' || value.charAt(to - 1) == '\t')) {
      to--;
    }
    return value.substring(from, to);
  }

  /** All values of a field, in order. */
  List<String> all(String name) {
    return fields.stream().filter(field -> field.is(name)).map(Field::value).toList();
  }

  /**
   * The value of a field that may be there once.
   *
   * @return null if it is not there
   * @throws Malformed if it is there more than once
   */
  String only(String name) throws Malformed {
    List<String> values = all(name);
    if (values.size() > 1) {
      throw new Malformed("there is more than one header " + name);
    }
    return values.isEmpty() ? null : values.get(0);
  }

  /** The members of a field that is a list, in lower case. */
  List<String> members(String name) {
    return all(name).stream()
        .flatMap(value -> Arrays.stream(value.split(",", -1)))
        .map(member -> trim(member).toLowerCase(Locale.ROOT))
        .filter(member -> !member.isEmpty())
        .toList();
  }

  /** Puts a field in place of all of that name. */
  void set(String name, String value) {
    fields.removeIf(field -> field.is(name));
    fields.add(new Field(name, value));
  }

  /**
   * Without what holds for this connection only, and what the sender declared as such. A sender
   * cannot take {@code Host} away by declaring that.
   */
  HeaderFields endToEnd() {
    List<String> declared = members("connection");
    HeaderFields kept = new HeaderFields();
    for (Field field : fields) {
      String name = field.name().toLowerCase(Locale.ROOT);
      if (name.equals("host") || !(OF_CONNECTION.contains(name) || declared.contains(name))) {
        kept.fields.add(field);
      }
    }
    return kept;
  }

  /** Appends the lines, each with its CR LF. */
  void write(StringBuilder head) {
    for (Field field : fields) {
      head.append(field.name()).append(": ").append(field.value()).append("\r\n");
    }
  }
}
