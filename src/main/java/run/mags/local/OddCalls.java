package run.mags.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import run.mags.api.model.Fields;
import run.mags.api.model.Json;

/**
 * The calls by which a test sets the {@link Oddities}; only a backend started for that has them.
 */
final class OddCalls {
  /** Takes and tells them. */
  static final String PATH = "/_mags_local/oddities";

  private static final int LIMIT = 1 << 20;
  private static final int MOST_TIMES = 10_000;
  private static final Set<String> KEYS =
      Set.of(
          "slow_start_ms",
          "late_vm_id_ms",
          "refused_access_ms",
          "plain_log_entries",
          "phantoms",
          "page_limit",
          "answers");
  private static final Set<String> ANSWER_KEYS =
      Set.of(
          "method",
          "path",
          "times",
          "delay_ms",
          "kind",
          "status",
          "content_type",
          "body",
          "retry_after");

  private final OddBehaviour odd;

  OddCalls(OddBehaviour odd) {
    this.odd = odd;
  }

  /** The calls. */
  List<Route> routes() {
    return List.of(
        Route.of("GET", PATH, this::tell),
        Route.of("PUT", PATH, this::become),
        Route.of("DELETE", PATH, this::end));
  }

  private void become(ApiCall call) throws IOException {
    odd.become(read(call.object(LIMIT)));
    tell(call);
  }

  private void end(ApiCall call) throws IOException {
    odd.become(Oddities.NONE);
    tell(call);
  }

  private void tell(ApiCall call) throws IOException {
    Oddities now = odd.current();
    ObjectNode json = Json.object();
    json.put("slow_start_ms", now.slowStart().toMillis());
    json.put("late_vm_id_ms", now.lateVmId().toMillis());
    json.put("refused_access_ms", now.refusedAccess().toMillis());
    json.put("plain_log_entries", now.plainLogEntries());
    now.phantoms().stream().sorted().forEach(json.putArray("phantoms")::add);
    json.put("page_limit", now.pageLimit());
    json.put("answers_left", odd.answersLeft());
    call.answer(200, json);
  }

  /** A misspelt key would be a test that tests nothing. */
  private static void checkKeys(JsonNode node, Set<String> known) {
    node.fieldNames()
        .forEachRemaining(
            key -> {
              if (!known.contains(key)) {
                throw new ApiRefusal(400, "unknown key: " + key);
              }
            });
  }

  private static Oddities read(JsonNode body) {
    checkKeys(body, KEYS);
    FieldCheck check = new FieldCheck(body);
    check.flag("plain_log_entries");
    check.texts("phantoms");
    check.objects("answers");
    Fields fields = Fields.of(body);
    Set<String> phantoms = new HashSet<>();
    body.path("phantoms").forEach(name -> phantoms.add(name.asText()));
    return new Oddities(
        ms(body, "slow_start_ms"),
        ms(body, "late_vm_id_ms"),
        ms(body, "refused_access_ms"),
        Boolean.TRUE.equals(fields.flag("plain_log_entries")),
        phantoms,
        number(body, "page_limit", 0, 0, Integer.MAX_VALUE),
        fields.list(OddCalls::readAnswer, "answers"));
  }

  private static OddAnswer readAnswer(JsonNode node) {
    checkKeys(node, ANSWER_KEYS);
    Fields fields = Fields.of(node);
    return new OddAnswer(
        or(fields.text("method"), ""),
        or(fields.text("path"), ""),
        number(node, "times", 1, 1, MOST_TIMES),
        ms(node, "delay_ms"),
        kind(or(fields.text("kind"), "answer")),
        number(node, "status", 200, 200, 599),
        or(fields.text("content_type"), "application/json"),
        or(fields.text("body"), ""),
        or(fields.text("retry_after"), ""));
  }

  private static OddAnswer.Kind kind(String word) {
    return switch (word) {
      case "answer" -> OddAnswer.Kind.ANSWER;
      case "drop_before" -> OddAnswer.Kind.DROP_BEFORE;
      case "drop_after" -> OddAnswer.Kind.DROP_AFTER;
      case "torn" -> OddAnswer.Kind.TORN;
      case "late" -> OddAnswer.Kind.LATE;
      default ->
          throw new ApiRefusal(400, "kind must be answer, drop_before, drop_after, torn or late");
    };
  }

  private static Duration ms(JsonNode body, String name) {
    return Duration.ofMillis(number(body, name, 0, 0, Integer.MAX_VALUE));
  }

  private static int number(JsonNode body, String name, int otherwise, int least, int most) {
    JsonNode value = body.get(name);
    if (value == null || value.isNull()) {
      return otherwise;
    }
    if (!value.isInt() || value.asInt() < least || value.asInt() > most) {
      throw new ApiRefusal(400, name + " must be a whole number from " + least + " to " + most);
    }
    return value.asInt();
  }

  private static String or(String text, String otherwise) {
    return text == null ? otherwise : text;
  }
}
