package run.mags.junit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The example in docs/testing-with-mags.md is a test that is compiled and run. */
class TestingPageTest {
  @Test
  void theExampleIsTheTest() throws IOException {
    String page = Files.readString(Path.of("docs", "testing-with-mags.md"));
    String test = Files.readString(Path.of("src/test/java/com/example/GreetingIT.java"));

    assertThat(page).contains("```java\n" + test + "```\n");
  }
}
