package run.mags;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/reliability.md} names no test that is not there. */
class ReliabilityPageTest {
  @Test
  void everyTestThatIsNamedIsThere() throws IOException {
    Map<String, String> sources = new HashMap<>();
    try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        sources.put(file.getFileName().toString().replace(".java", ""), Files.readString(file));
      }
    }
    String page = Files.readString(Path.of("docs/reliability.md"));

    for (MatchResult named : Pattern.compile("`(\\w+)#(\\w+)`").matcher(page).results().toList()) {
      assertThat(sources).containsKey(named.group(1));
      assertThat(sources.get(named.group(1))).contains("void " + named.group(2) + "(");
    }
  }
}
