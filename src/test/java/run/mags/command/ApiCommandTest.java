package run.mags.command;

import static org.assertj.core.api.Assertions.assertThat;
import static run.mags.testing.CliResultAssert.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import run.mags.testing.CliResult;
import run.mags.testing.FakeApi;
import run.mags.testing.FakeSleeper;
import run.mags.testing.MagsCli;

/** What {@code api} sends and answers. */
class ApiCommandTest {
  @TempDir private Path home;
  private final FakeApi api = new FakeApi();

  @AfterEach
  void close() {
    api.close();
  }

  private CliResult run(String... args) {
    return new MagsCli(home).on(api).sleeping(new FakeSleeper()).run(args);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '^',
      value = {
        "a=1; {\"a\":\"1\"}",
        "a[b]=1 a[c][d]=2; {\"a\":{\"b\":\"1\",\"c\":{\"d\":\"2\"}}}",
        "a[]=1 a[]=2; {\"a\":[\"1\",\"2\"]}",
        "a[]; {\"a\":[]}",
        "a[][n]=x a[][v]=1 a[][n]=y a[][v]=2; {\"a\":[{\"n\":\"x\",\"v\":\"1\"},{\"n\":\"y\",\"v\":\"2\"}]}",
        "a[][t][]=1 a[][t][]=2; {\"a\":[{\"t\":[\"1\",\"2\"]}]}",
        "a=; {\"a\":\"\"}",
        "a==b; {\"a\":\"=b\"}"
      })
  void fieldsBecomeJson(String fields, String body) {
    api.answers("{}");
    String[] given = fields.split(" ", -1);
    String[] args = new String[given.length * 2 + 1];
    args[0] = "api";
    for (int i = 0; i < given.length; i++) {
      args[2 * i + 1] = "-f";
      args[2 * i + 2] = given[i];
    }
    List<String> all = new java.util.ArrayList<>(List.of(args));
    all.add("mags-x");

    assertThat(run(all.toArray(String[]::new))).exits(0).prints("{}");

    assertThat(api.body(0)).isEqualTo(body);
    assertThat(api.requestLines()).containsExactly("POST /api/v1/mags-x");
  }

  @Test
  void typedFieldsAreNumbersAndLiterals() {
    api.answers("");

    run(
        "api", "x", "-F", "a=12", "-F", "b=-7", "-F", "c=true", "-F", "d=null", "-F", "e=012", "-F",
        "f=1.5", "-F", "g=text");

    assertThat(api.body(0))
        .isEqualTo(
            "{\"a\":12,\"b\":-7,\"c\":true,\"d\":null,\"e\":\"012\",\"f\":\"1.5\",\"g\":\"text\"}");
  }

  @Test
  void theAnswerIsPrintedByteForByte() {
    api.answers("{\"a\" : \"\u001b[31m\u00e9\"}  ");

    assertThat(run("api", "x", "--json")).exits(0).prints("{\"a\" : \"\u001b[31m\u00e9\"}  ");
  }

  @Test
  void onlyWhatLooksIsTriedAgain() {
    api.answers(503, "busy").answers("{}");
    assertThat(run("api", "x")).exits(0).prints("{}");

    api.answers(503, "busy");
    assertThat(run("api", "x", "-f", "a=b")).exits(1).prints("busy").warnsOf("status 503");
    assertThat(api.requests()).hasSize(3);
  }

  @Test
  void aLastingFailureIsPrintedAsItCame() {
    for (int i = 0; i < 4; i++) {
      api.answers(502, "<html>");
    }

    assertThat(run("api", "x")).exits(1).prints("<html>").warnsOf("status 502");
    assertThat(api.requests()).hasSize(4);
  }

  @Test
  void aRefusedTokenIsWhatItIsEverywhere() {
    api.answers(401, "{\"error\":\"no\"}");

    assertThat(run("api", "x")).exits(4).prints("{\"error\":\"no\"}").warnsOf("refused the token");
  }

  @Test
  void noOtherHostIsAsked() {
    api.answers(302, "", "Location", "http://elsewhere.example/");

    assertThat(run("api", "x")).exits(1).warnsOf("which is not followed");
    for (String path :
        List.of("//elsewhere.example/x", "/@elsewhere.example", "\\\\elsewhere", "..")) {
      api.answers("{}");
      assertThat(run("api", path)).exits(0);
    }
    assertThat(api.requests()).hasSize(5);
  }

  @Test
  void theTokenIsSentAndHeadersAreOnesOwn() {
    api.answers("{}");

    run("api", "x", "-H", "Accept: text/plain", "-H", "X-A:b");

    assertThat(api.requests().get(0).getHeaders().get("Authorization"))
        .isEqualTo("Bearer not-a-real-token");
    assertThat(api.requests().get(0).getHeaders().get("Accept")).isEqualTo("text/plain");
    assertThat(api.requests().get(0).getHeaders().get("X-A")).isEqualTo("b");
    assertThat(run("api", "x", "-H", "Bad\u00e9: y")).exits(2);
  }
}
