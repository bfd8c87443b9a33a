package run.mags.api.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The fields of a JSON object, read leniently. Every method takes the names a field may have, first
 * one present wins, and answers null when none is there with a usable value.
 */
public final class Fields {
  private final JsonNode node;

  private Fields(JsonNode node) {
    this.node = node;
  }

  /** The fields of {@code node}, which may be null, missing or no object: then none is there. */
  public static Fields of(JsonNode node) {
    return new Fields(node);
  }

  /** A text; a number or boolean counts as its text. */
  public String text(String... names) {
    JsonNode value = find(names);
    return value == null || !value.isValueNode() ? null : value.asText();
  }

  /** A text that names something; a blank one names nothing and counts as missing. */
  public String name(String... names) {
    String value = text(names);
    return value == null || value.isBlank() ? null : value;
  }

  /** A whole number; a text that holds one counts. */
  public Long number(String... names) {
    JsonNode value = find(names);
    if (value == null) {
      return null;
    }
    if (value.isNumber()) {
      return value.asLong();
    }
    try {
      return value.isTextual() ? Long.valueOf(value.asText().trim()) : null;
    } catch (NumberFormatException notANumber) {
      return null;
    }
  }

  /** A whole number that fits an int. */
  public Integer integer(String... names) {
    Long value = number(names);
    return value == null || value.intValue() != value ? null : Integer.valueOf(value.intValue());
  }

  /** A boolean; the texts {@code true} and {@code false} count. */
  public Boolean flag(String... names) {
    JsonNode value = find(names);
    if (value == null) {
      return null;
    }
    if (value.isBoolean()) {
      return value.asBoolean();
    }
    return switch (value.asText()) {
      case "true" -> Boolean.TRUE;
      case "false" -> Boolean.FALSE;
      default -> null;
    };
  }

  /** A time stamp in RFC 3339; anything else counts as missing. */
  public Instant instant(String... names) {
    String value = text(names);
    if (value == null) {
      return null;
    }
    try {
      return value.endsWith("Z") ? Instant.parse(value) : OffsetDateTime.parse(value).toInstant();
    } catch (DateTimeException notATime) {
      return null;
    }
  }

  /** The elements of an array, each read by {@code reader}; empty when there is no array. */
  public <T> List<T> list(Function<JsonNode, T> reader, String... names) {
    JsonNode value = find(names);
    List<T> elements = new ArrayList<>();
    if (value != null && value.isArray()) {
      for (JsonNode element : value) {
        elements.add(reader.apply(element));
      }
    }
    return List.copyOf(elements);
  }

  /** An object whose values are texts, in the order given; empty when there is none. */
  public Map<String, String> texts(String... names) {
    JsonNode value = find(names);
    Map<String, String> texts = new LinkedHashMap<>();
    if (value != null && value.isObject()) {
      for (Map.Entry<String, JsonNode> entry : value.properties()) {
        if (entry.getValue().isValueNode() && !entry.getValue().isNull()) {
          texts.put(entry.getKey(), entry.getValue().asText());
        }
      }
    }
    return texts;
  }

  private JsonNode find(String... names) {
    if (node == null) {
      return null;
    }
    for (String name : names) {
      JsonNode value = node.get(name);
      if (value != null && !value.isNull()) {
        return value;
      }
    }
    return null;
  }
}
