package run.mags.api.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The one JSON mapper. Values are read from and written to trees, never by reflection over records:
 * the keys are a contract and stand in the code, a wrong type in one field never spoils the others,
 * and a cold start does not pay for introspection.
 */
public final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private Json() {}

  /**
   * Reads one JSON document; an empty text gives a missing node.
   *
   * @throws JsonProcessingException if the text is no JSON, or more than one document
   */
  public static JsonNode read(String text) throws JsonProcessingException {
    JsonNode node = MAPPER.readTree(text);
    return node == null ? MissingNode.getInstance() : node;
  }

  /** Writes a document on one line, without a line end. */
  public static String write(JsonNode node) {
    return node.toString();
  }

  /** Writes a document for people, on several lines, without a line end. */
  public static String writePretty(JsonNode node) {
    return node.toPrettyString();
  }

  /** A new, empty object. */
  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** A new, empty array. */
  public static ArrayNode array() {
    return JsonNodeFactory.instance.arrayNode();
  }
}
