package run.mags.command.doctor;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import run.mags.api.model.Json;
import run.mags.config.Credentials;
import run.mags.terminal.Printable;
import run.mags.terminal.Style;

/**
 * What was found, fit to be pasted anywhere: no token, and neither the home directory nor its
 * user's name.
 *
 * @param findings in the order in which they are shown
 */
record Report(List<Finding> findings) {
  /** A shorter one is no secret, and might be part of any word. */
  private static final int SHORTEST_TOKEN = 8;

  /** The report of these findings, without what is not to be seen. */
  static Report of(List<Finding> findings, Path home, Optional<Credentials> credentials) {
    String token = credentials.map(Credentials::token).orElse("");
    return new Report(
        findings.stream()
            .map(
                found ->
                    new Finding(
                        found.what(),
                        found.state(),
                        redacted(found.detail(), home, token),
                        redacted(found.cure(), home, token)))
            .toList());
  }

  private static String redacted(String text, Path home, String token) {
    String safe = text.replace(home.toString(), "~");
    if (token.length() >= SHORTEST_TOKEN) {
      safe = safe.replace(token, "[token]");
    }
    String user = System.getProperty("user.name", "");
    return user.isEmpty()
        ? safe
        : safe.replaceAll("/" + Pattern.quote(user) + "(?=/|\\b)", "/[user]");
  }

  /** Whether nothing failed. */
  boolean isGood() {
    return findings.stream().noneMatch(found -> found.state() == Finding.State.fail);
  }

  String json() {
    ObjectNode json = Json.object();
    json.put("ok", isGood());
    ArrayNode checks = json.putArray("checks");
    for (Finding found : findings) {
      ObjectNode check = checks.addObject();
      check.put("what", found.what()).put("state", found.state().name());
      check.put("detail", found.detail());
      if (!found.cure().isEmpty()) {
        check.put("cure", found.cure());
      }
    }
    return Json.write(json);
  }

  String text(Style style) {
    StringBuilder text = new StringBuilder();
    for (Finding found : findings) {
      String mark =
          switch (found.state()) {
            case ok -> style.success("ok  ");
            case warn -> style.warning("warn");
            case fail -> style.failure("fail");
          };
      text.append(mark).append("  ").append(found.what()).append(": ");
      text.append(Printable.line(found.detail())).append('\n');
      if (!found.cure().isEmpty()) {
        text.append("      ").append(Printable.line(found.cure())).append('\n');
      }
    }
    return text.toString();
  }
}
