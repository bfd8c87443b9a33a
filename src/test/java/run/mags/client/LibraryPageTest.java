package run.mags.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The code in {@code docs/library.md} is the code of {@link LibraryExamples}, which is compiled and
 * run; {@code -Dgolden.update=true} copies it there.
 */
class LibraryPageTest {
  private static final Path PAGE = Path.of("docs/library.md");
  private static final Path SOURCE = Path.of("src/test/java/run/mags/client/LibraryExamples.java");
  private static final Pattern EXAMPLE =
      Pattern.compile("(?ms)^ *// example: (\\S+)\n(.*?)^ *// end$");

  /** A block of code, and the line before it that names its example. */
  private static final Pattern BLOCK =
      Pattern.compile("(?ms)^(?:<!-- example: (\\S+) -->\n)?```java\n(.*?)^```$");

  private static Map<String, String> examples() throws IOException {
    Map<String, String> examples = new LinkedHashMap<>();
    Matcher matcher = EXAMPLE.matcher(Files.readString(SOURCE));
    while (matcher.find()) {
      examples.put(matcher.group(1), matcher.group(2).stripTrailing().stripIndent() + "\n");
    }
    return examples;
  }

  @Test
  void showsWhatIsCompiledAndRun() throws IOException {
    Map<String, String> examples = examples();
    if (Boolean.getBoolean("golden.update")) {
      String fresh =
          BLOCK
              .matcher(Files.readString(PAGE))
              .replaceAll(
                  block ->
                      Matcher.quoteReplacement(
                          "<!-- example: %s -->\n```java\n%s```"
                              .formatted(block.group(1), examples.get(block.group(1)))));
      Files.writeString(PAGE, fresh);
    }

    Map<String, String> shown = new LinkedHashMap<>();
    Matcher block = BLOCK.matcher(Files.readString(PAGE));
    while (block.find()) {
      shown.put(String.valueOf(block.group(1)), block.group(2));
    }
    assertThat(shown)
        .as("./mvnw test -Dtest=LibraryPageTest -Dgolden.update=true copies the code to the page")
        .containsExactlyInAnyOrderEntriesOf(examples);
  }
}
