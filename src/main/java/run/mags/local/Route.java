package run.mags.local;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One call of the API.
 *
 * @param method the HTTP method
 * @param path the segments of its path; {@code :name} stands for any segment
 * @param needsToken whether the caller has to show the token
 * @param handler what answers it
 */
record Route(String method, List<String> path, boolean needsToken, Handler handler) {
  /** A call that needs the token. */
  static Route of(String method, String path, Handler handler) {
    return new Route(method, List.of(path.substring(1).split("/")), true, handler);
  }

  /** A call that anyone on this machine may make. */
  static Route open(String method, String path, Handler handler) {
    return new Route(method, List.of(path.substring(1).split("/")), false, handler);
  }

  /** What the names in the path stand for in {@code segments}; null if the path is another. */
  Map<String, String> match(List<String> segments) {
    if (segments.size() != path.size()) {
      return null;
    }
    Map<String, String> parameters = new HashMap<>();
    for (int i = 0; i < path.size(); i++) {
      if (path.get(i).startsWith(":")) {
        parameters.put(path.get(i).substring(1), segments.get(i));
      } else if (!path.get(i).equals(segments.get(i))) {
        return null;
      }
    }
    return parameters;
  }

  /** Answers a call. */
  interface Handler {
    /** Answers exactly once, or throws {@link ApiRefusal} before the answer began. */
    void handle(ApiCall call) throws IOException;
  }
}
