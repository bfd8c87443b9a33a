package run.mags.api.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reading and writing trees, held against Jackson's own mapper. */
class JsonTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "null",
        "true",
        "\"text\"",
        "0",
        "-2147483648",
        "9223372036854775807",
        "123456789012345678901234567890",
        "1.5",
        "1e3",
        "-0.0",
        "{\"a\":{\"b\":[1,null,true,false,\"x\",[],{}]},\"c\":\"\"}",
        "\"quote \\\" backslash \\\\ line \\n nul \\u0000 euro \\u20ac pair \\ud834\\udd1e\"",
        " { \"a\" : 1 , \"a\" : 2 } ",
      })
  void aDocumentIsReadAndWrittenAsTheMapperDoes(String text) throws JsonProcessingException {
    assertThat(Json.read(text)).isEqualTo(MAPPER.readTree(text));
    assertThat(Json.write(Json.read(text))).isEqualTo(MAPPER.writeValueAsString(Json.read(text)));
    assertThat(Json.writePretty(Json.read(text))).isEqualTo(MAPPER.readTree(text).toPrettyString());
  }

  @Test
  void anEmptyTextIsAMissingNode() throws JsonProcessingException {
    assertThat(Json.read("").isMissingNode()).isTrue();
    assertThat(Json.read(" \n").isMissingNode()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "[",
        "[1",
        "{\"a\"",
        "{\"a\":",
        "{\"a\":1",
        "{\"a\":1,}",
        "[1,]",
        "{]",
        "[}",
        "]",
        "{} {}",
        "1 2",
        "nul",
        "\"open",
        "{a:1}",
        "{'a':1}",
        "01",
        "NaN",
        "<html>",
        "error code: 524"
      })
  void whatIsNoDocumentIsRefused(String text) {
    assertThatThrownBy(() -> Json.read(text)).isInstanceOf(JsonProcessingException.class);
  }

  @Test
  void endlessNestingIsRefusedNotOverflown() {
    assertThatThrownBy(() -> Json.read("[".repeat(100_000)))
        .isInstanceOf(JsonProcessingException.class);
  }
}
