package run.mags.api;

import java.util.List;

/**
 * A request that the user words, for {@link MagsApiClient#raw}.
 *
 * @param method the HTTP method, in capitals
 * @param target path and query, as in {@code /api/v1/mags-jobs?page=2}; always below the API's URL
 * @param query names and values in turn, added to those of the target
 * @param headers names and values in turn, added to our own
 * @param body the JSON text to send, or null
 */
public record RawRequest(
    String method, String target, List<String> query, List<String> headers, String body) {
  /** Copies the lists. */
  public RawRequest {
    query = List.copyOf(query);
    headers = List.copyOf(headers);
  }
}
