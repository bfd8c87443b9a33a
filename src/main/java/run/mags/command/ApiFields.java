package run.mags.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import run.mags.api.model.Json;
import run.mags.command.option.TextSource;

/**
 * The fields of {@code api} as one JSON object: {@code a[b]=1} is {@code {"a":{"b":1}}}, {@code
 * a[]=1} adds to the list {@code a}, {@code a[]} alone is an empty one, and {@code a[][b]=1} goes
 * to the last object of the list {@code a}, or to a new one where that has a {@code b} already.
 */
final class ApiFields {
  private final Host host;
  private final Function<String, RuntimeException> usage;
  private final ObjectNode fields = Json.object();

  /**
   * No fields yet.
   *
   * @param usage makes the exception for what is no field
   */
  ApiFields(Host host, Function<String, RuntimeException> usage) {
    this.host = host;
    this.usage = usage;
  }

  boolean isEmpty() {
    return fields.isEmpty();
  }

  /** A field whose value is a text. */
  void addText(String field) {
    add(field, TextNode::valueOf);
  }

  /** A field whose value may be a JSON literal or a file's text. */
  void addTyped(String field) {
    add(field, this::typed);
  }

  String asJson() {
    return Json.write(fields);
  }

  /** Names and values in turn. */
  List<String> asQuery() {
    List<String> query = new ArrayList<>();
    for (Map.Entry<String, JsonNode> field : fields.properties()) {
      query(field.getKey(), field.getValue(), query);
    }
    return query;
  }

  private static void query(String name, JsonNode value, List<String> query) {
    if (value.isArray()) {
      value.forEach(element -> query(name + "[]", element, query));
    } else if (value.isObject()) {
      value
          .properties()
          .forEach(below -> query(name + "[" + below.getKey() + "]", below.getValue(), query));
    } else {
      query.add(name);
      query.add(value.isNull() ? "" : value.asText());
    }
  }

  private JsonNode typed(String value) {
    if (value.startsWith("@")) {
      String text = TextSource.read(Path.of(value.substring(1)), host.terminal().in(), host.cwd());
      return TextNode.valueOf(text);
    }
    return switch (value) {
      case "true" -> BooleanNode.TRUE;
      case "false" -> BooleanNode.FALSE;
      case "null" -> NullNode.getInstance();
      default ->
          value.matches("0|-?[1-9][0-9]{0,30}")
              ? fields.numberNode(new BigInteger(value))
              : TextNode.valueOf(value);
    };
  }

  private void add(String field, Function<String, JsonNode> reader) {
    int equals = field.indexOf('=');
    boolean emptyList = equals < 0 && field.endsWith("[]");
    if (equals < 0 && !emptyList) {
      throw usage.apply("a field is KEY=VALUE, not " + field);
    }
    List<String> path = path(equals < 0 ? field : field.substring(0, equals));
    put(fields, path, emptyList ? null : reader.apply(field.substring(equals + 1)), field);
  }

  /** The parts of {@code a[b][]}: a, b and the empty text. */
  private List<String> path(String key) {
    List<String> path = new ArrayList<>();
    int bracket = key.indexOf('[');
    path.add(bracket < 0 ? key : key.substring(0, bracket));
    while (bracket >= 0 && bracket < key.length()) {
      int end = key.indexOf(']', bracket);
      if (key.charAt(bracket) != '[' || end < 0) {
        throw usage.apply("not a key: " + key);
      }
      path.add(key.substring(bracket + 1, end));
      bracket = end + 1 == key.length() ? -1 : end + 1;
    }
    if (path.get(0).isEmpty()) {
      throw usage.apply("a field needs a key: " + key);
    }
    return path;
  }

  /** Puts a value where the path leads, or an empty list for null. */
  private void put(ObjectNode into, List<String> path, JsonNode value, String field) {
    String key = path.get(0);
    if (path.size() == 1) {
      into.set(key, value);
    } else if (!path.get(1).isEmpty()) {
      JsonNode below = into.get(key) == null ? into.putObject(key) : into.get(key);
      put(object(below, field), path.subList(1, path.size()), value, field);
    } else {
      JsonNode below = into.get(key) == null ? into.putArray(key) : into.get(key);
      if (!(below instanceof ArrayNode list)) {
        throw usage.apply("two fields contradict each other: " + field);
      }
      append(list, path.subList(2, path.size()), value, field);
    }
  }

  private void append(ArrayNode list, List<String> path, JsonNode value, String field) {
    if (!path.isEmpty()) {
      JsonNode last = list.get(list.size() - 1);
      boolean goesOn = last instanceof ObjectNode object && !has(object, path);
      put(object(goesOn ? last : list.addObject(), field), path, value, field);
    } else if (value != null) {
      list.add(value);
    }
  }

  private static boolean has(ObjectNode object, List<String> path) {
    JsonNode at = object;
    for (String key : path) {
      // A list within takes one more.
      at = at == null || key.isEmpty() ? null : at.get(key);
    }
    return at != null;
  }

  private ObjectNode object(JsonNode node, String field) {
    if (node instanceof ObjectNode object) {
      return object;
    }
    throw usage.apply("two fields contradict each other: " + field);
  }
}
