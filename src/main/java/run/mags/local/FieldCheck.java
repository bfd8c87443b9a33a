package run.mags.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import java.nio.charset.StandardCharsets;

/**
 * Refuses fields of the wrong type, which the lenient reading of the records would take for missing
 * ones. Fields that are not there, or null, are fine.
 */
final class FieldCheck {
  /** A name has to fit into a URL, with each of its characters escaped. */
  private static final int LONGEST_NAME = 1000;

  private final JsonNode body;

  FieldCheck(JsonNode body) {
    this.body = body;
  }

  /** Must be a text without NUL, which no process argument or variable can hold. */
  void text(String name) {
    JsonNode value = expect(name, JsonNodeType.STRING, "a string");
    if (value != null && value.asText().indexOf('\0') >= 0) {
      throw new ApiRefusal(400, name + " must not contain a NUL character");
    }
  }

  /** Must be a name that a workspace can have: any text of 1 to 1000 characters. */
  void workspace(String name) {
    text(name);
    JsonNode value = body.get(name);
    if (value == null || value.isNull()) {
      return;
    }
    String id = value.asText();
    if (id.isEmpty()) {
      throw new ApiRefusal(400, name + " must not be empty");
    }
    if (id.length() > LONGEST_NAME) {
      throw new ApiRefusal(400, name + " must not be longer than " + LONGEST_NAME + " characters");
    }
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(id)) {
      throw new ApiRefusal(400, name + " is not Unicode text");
    }
  }

  /** {@code script} must be a text; unlike any other it may contain NUL, being kept in a file. */
  void script() {
    expect("script", JsonNodeType.STRING, "a string");
  }

  /** Must be a boolean. */
  void flag(String name) {
    expect(name, JsonNodeType.BOOLEAN, "a boolean");
  }

  /** Must be a whole number of at least 1. */
  void positive(String name) {
    JsonNode value = expect(name, JsonNodeType.NUMBER, "a whole number");
    if (value != null && (!value.canConvertToInt() || !value.isInt() || value.asInt() < 1)) {
      throw new ApiRefusal(400, name + " must be a whole number of at least 1");
    }
  }

  /** Must be an array of texts. */
  void texts(String name) {
    JsonNode value = expect(name, JsonNodeType.ARRAY, "an array of strings");
    if (value != null) {
      for (JsonNode element : value) {
        if (!element.isTextual()) {
          throw wrong(name, "an array of strings");
        }
      }
    }
  }

  /** Must be an array of objects. */
  void objects(String name) {
    JsonNode value = expect(name, JsonNodeType.ARRAY, "an array of objects");
    if (value != null) {
      for (JsonNode element : value) {
        if (!element.isObject()) {
          throw wrong(name, "an array of objects");
        }
      }
    }
  }

  /** Must be an object of texts whose names can be names of environment variables. */
  void variables(String name) {
    JsonNode value = expect(name, JsonNodeType.OBJECT, "an object of strings");
    if (value == null) {
      return;
    }
    value
        .properties()
        .forEach(
            variable -> {
              if (!variable.getValue().isTextual()) {
                throw wrong(name, "an object of strings");
              }
              String key = variable.getKey();
              if (key.isEmpty() || key.indexOf('=') >= 0 || key.indexOf('\0') >= 0) {
                throw new ApiRefusal(400, name + " has a name that no variable can have");
              }
              if (variable.getValue().asText().indexOf('\0') >= 0) {
                throw new ApiRefusal(400, name + " must not contain a NUL character");
              }
            });
  }

  private JsonNode expect(String name, JsonNodeType type, String words) {
    JsonNode value = body.get(name);
    if (value == null || value.isNull()) {
      return null;
    }
    if (value.getNodeType() != type) {
      throw wrong(name, words);
    }
    return value;
  }

  private static ApiRefusal wrong(String name, String words) {
    return new ApiRefusal(400, name + " must be " + words);
  }
}
