package run.mags.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import run.mags.testing.Generated;

/**
 * The inputs in {@code src/test/resources/fuzz}, one directory for each target: where a fuzzer
 * begins, and what it has found; and many others that are made here.
 */
class FuzzInputsTest {
  @ParameterizedTest
  @ValueSource(strings = {"ConfigFuzz", "JsonFuzz", "QuotingFuzz", "ScheduleFuzz", "TerminalFuzz"})
  void everyInputIsTakenWell(String target) throws IOException, ReflectiveOperationException {
    Method method =
        Class.forName("run.mags.fuzz." + target).getMethod("fuzzerTestOneInput", byte[].class);
    Path directory = Path.of("src/test/resources/fuzz", target);
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.sorted().toList()) {
        method.invoke(null, (Object) Files.readAllBytes(file));
      }
    }
    assertThat(directory).isNotEmptyDirectory();
    Generated.everyText(200, text -> method.invoke(null, (Object) text.getBytes(UTF_8)));
  }
}
