package run.mags.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * One call of an endpoint.
 *
 * @param what what it does, as in "cannot {what}", for messages
 * @param method the HTTP method
 * @param path the segments of the path, escaped when the URL is made
 * @param query names and values in turn
 * @param body the JSON body, or null
 * @param repeatable whether doing it twice is the same as doing it once
 * @param look the command that shows whether it was done, for calls that are sent once only
 */
record ApiCall(
    String what,
    String method,
    List<String> path,
    List<String> query,
    JsonNode body,
    boolean repeatable,
    String look) {

  static ApiCall get(String what, String... path) {
    return new ApiCall(what, "GET", List.of(path), List.of(), null, true, null);
  }

  static ApiCall post(String what, String... path) {
    return new ApiCall(what, "POST", List.of(path), List.of(), null, true, null);
  }

  static ApiCall patch(String what, String... path) {
    return new ApiCall(what, "PATCH", List.of(path), List.of(), null, true, null);
  }

  static ApiCall delete(String what, String... path) {
    return new ApiCall(what, "DELETE", List.of(path), List.of(), null, true, null);
  }

  /** Whether it does something that its user may have to know of, beyond what is asked. */
  boolean changes() {
    String last = path.get(path.size() - 1);
    // Access wakes a sandbox, as anything does that uses it; a file that nobody uses is nothing.
    return !method.equals("GET") && !last.equals("access") && !last.equals("mags-files");
  }

  ApiCall query(String name, String value) {
    List<String> more = new ArrayList<>(query);
    more.add(name);
    more.add(value);
    return new ApiCall(what, method, path, more, body, repeatable, look);
  }

  ApiCall body(JsonNode json) {
    return new ApiCall(what, method, path, query, json, repeatable, look);
  }

  /**
   * The same call, to be sent once only unless it certainly never left.
   *
   * @param lookWith the command that shows whether it was done
   */
  ApiCall once(String lookWith) {
    return new ApiCall(what, method, path, query, body, false, lookWith);
  }
}
