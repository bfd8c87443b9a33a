package run.mags.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;

/** Reads the words of {@code api}, and refuses what cannot be meant. */
final class ApiWords {
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE");

  /** What only we say. */
  private static final Set<String> OURS =
      Set.of("authorization", "host", "content-length", "transfer-encoding", "connection");

  private final Function<String, RuntimeException> usage;

  /** Makes the exception for what is wrong with {@code usage}. */
  ApiWords(Function<String, RuntimeException> usage) {
    this.usage = usage;
  }

  /** A method of HTTP in capitals. */
  String method(String word) {
    String method = word.toUpperCase(Locale.ROOT);
    if (!METHODS.contains(method)) {
      throw usage.apply("no method of HTTP: " + word);
    }
    return method;
  }

  /** Path and query, below the API's URL whatever it looks like. */
  String target(String path) {
    if (path.contains("://")) {
      throw usage.apply("a path of the API is wanted, not a URL: " + path);
    }
    String plain = path.replaceFirst("^/+", "");
    if (plain.isEmpty()) {
      throw usage.apply("which path? for instance: mags api mags-jobs");
    }
    return plain.equals("api") || plain.startsWith("api/") ? "/" + plain : "/api/v1/" + plain;
  }

  /** Names and values in turn. */
  List<String> headers(List<String> headers) {
    List<String> all = new ArrayList<>();
    for (String header : headers) {
      int colon = header.indexOf(':');
      String name = colon < 0 ? "" : header.substring(0, colon).strip();
      if (name.isEmpty()) {
        throw usage.apply("a header is NAME:VALUE, not " + header);
      }
      if (OURS.contains(name.toLowerCase(Locale.ROOT))) {
        throw usage.apply("the header " + name + " is not yours to set");
      }
      all.add(name);
      all.add(header.substring(colon + 1).strip());
    }
    return all;
  }
}
