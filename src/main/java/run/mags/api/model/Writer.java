package run.mags.api.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Writes an object field by field; a field whose value is null is left out. */
final class Writer {
  private final ObjectNode node = Json.object();

  void put(String name, String value) {
    if (value != null) {
      node.put(name, value);
    }
  }

  void put(String name, Boolean value) {
    if (value != null) {
      node.put(name, value);
    }
  }

  void put(String name, Integer value) {
    if (value != null) {
      node.put(name, value);
    }
  }

  void put(String name, Long value) {
    if (value != null) {
      node.put(name, value);
    }
  }

  void put(String name, Instant value) {
    if (value != null) {
      node.put(name, value.toString());
    }
  }

  void put(String name, JsonNode value) {
    if (value != null) {
      node.set(name, value);
    }
  }

  /** Texts as an array; an empty list is left out. */
  void put(String name, List<String> values) {
    if (!values.isEmpty()) {
      ArrayNode array = node.putArray(name);
      values.forEach(array::add);
    }
  }

  /** Texts as an object; an empty map is left out. */
  void put(String name, Map<String, String> values) {
    if (!values.isEmpty()) {
      ObjectNode object = node.putObject(name);
      values.forEach(object::put);
    }
  }

  ObjectNode node() {
    return node;
  }
}
