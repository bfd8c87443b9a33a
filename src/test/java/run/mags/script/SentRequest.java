package run.mags.script;

import java.util.regex.Pattern;

/**
 * A request as it came.
 *
 * @param method such as {@code GET}
 * @param target its path and query, escapes and all
 * @param body the beginning of its body, at most {@link #KEPT} bytes, as UTF-8 text; of a form that
 *     is the head of its first part, which names the file
 */
record SentRequest(String method, String target, String body) {
  /** How much of a body is kept: any JSON that a script sends, and no whole upload. */
  static final int KEPT = 1 << 16;

  /** Whether the target matches as a whole and the body has a match; no body pattern, any body. */
  boolean matches(String wantedMethod, Pattern path, Pattern content) {
    return method.equals(wantedMethod)
        && path.matcher(target).matches()
        && (content == null || content.matcher(body).find());
  }

  @Override
  public String toString() {
    return method + " " + target + (body.isEmpty() ? "" : " " + body);
  }
}
