package run.mags.script;

import java.util.ArrayList;
import java.util.List;

/** The requests since the last mags was started. */
final class RequestLog {
  private final List<SentRequest> requests = new ArrayList<>();

  /** Adds one. */
  synchronized void add(SentRequest request) {
    requests.add(request);
  }

  /** Forgets all. */
  synchronized void clear() {
    requests.clear();
  }

  /** All of them, in the order in which they came. */
  synchronized List<SentRequest> all() {
    return List.copyOf(requests);
  }
}
