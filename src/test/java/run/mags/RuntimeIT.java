package run.mags;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static run.mags.testing.CliResultAssert.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import run.mags.testing.CliProcess;
import run.mags.testing.CliResult;

/** The Java of the image's own and its ahead-of-time caches: used, and never in the way. */
class RuntimeIT {
  private static final byte[] NO_INPUT = {};

  @TempDir Path temp;
  private final Map<String, String> env = new HashMap<>();

  @BeforeEach
  void needARuntime() {
    assumeTrue(
        Files.exists(CliProcess.image().resolve("runtime/bin/java")),
        "SKIPPED: the image has no Java of its own; target/add-runtime.log tells why");
    env.put("PATH", "/usr/bin:/bin");
    env.put("HOME", temp.toString());
    env.put("MAGS_CACHE", "off");
  }

  private Path copy(String name) throws IOException {
    Path copy = temp.resolve(name);
    try (Stream<Path> files = Files.walk(CliProcess.image())) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.copy(
            file,
            copy.resolve(CliProcess.image().relativize(file)),
            StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
    return copy;
  }

  /** Which classes of mags and its libraries came out of a cache, and which did not. */
  private record Loaded(List<String> cached, List<String> other) {}

  private Loaded runs(Path image, int status, String... args) throws Exception {
    Path log = temp.resolve("classes.log");
    Files.deleteIfExists(log);
    env.put("MAGS_JAVA_OPTS", "-Xlog:class+load:file=" + log);
    CliResult result =
        new CliProcess(image.resolve("bin/mags").toString())
            .run(Arrays.asList(args), NO_INPUT, env, temp);
    assertThat(result).exits(status);
    List<String> cached = new ArrayList<>();
    List<String> other = new ArrayList<>();
    for (String line : Files.readAllLines(log)) {
      if (line.contains("] run.mags.") || line.contains("] picocli.")) {
        (line.contains("source: shared objects file") ? cached : other).add(line);
      }
    }
    return new Loaded(cached, other);
  }

  @ParameterizedTest
  @CsvSource({"--version,0", "--help,0", "help exec,0", "list --nonsense,2", "exec,125"})
  void everyClassComesOutOfACache(String line, int status) throws Exception {
    Loaded loaded = runs(CliProcess.image(), status, line.split(" ", -1));

    assertThat(loaded.cached()).hasSizeGreaterThan(5);
    assertThat(loaded.other()).hasSizeLessThan(5);
  }

  @Test
  void holdsWhereverTheImageIsMoved() throws Exception {
    Loaded loaded = runs(copy("a b"), 0, "--help");

    assertThat(loaded.cached()).hasSizeGreaterThan(100);
    assertThat(loaded.other()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"missing", "empty", "garbage", "cut off"})
  void aBrokenCacheIsPassedOverInSilence(String fault) throws Exception {
    Path image = copy("broken");
    Path cache = image.resolve("lib/help.aot");
    byte[] whole = Files.readAllBytes(cache);
    Files.delete(cache);
    switch (fault) {
      case "missing" -> {}
      case "empty" -> Files.createFile(cache);
      case "garbage" -> Files.writeString(cache, "no cache\n".repeat(100_000));
      default -> Files.write(cache, Arrays.copyOf(whole, whole.length / 2));
    }
    env.remove("MAGS_JAVA_OPTS");

    CliResult result =
        new CliProcess(image.resolve("bin/mags").toString())
            .run(List.of("help", "list"), NO_INPUT, env, temp);

    assertThat(result).exits(0).warnsNothing();
    assertThat(result.out()).startsWith("Usage: mags list");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-Xmx40m", "-Xms16m -Xmn8m -Xmx20m", "-XX:+UseParallelGC", "-Xint"})
  void itsOptionsGoBeforeThoseOfTheLauncher(String options) throws Exception {
    env.put("MAGS_JAVA_OPTS", options);

    assertThat(CliProcess.launcher().run(List.of("help", "list"), NO_INPUT, env, temp))
        .exits(0)
        .warnsNothing();
  }

  @Test
  void anotherJavaThatWasAskedForIsUsed() throws Exception {
    env.put("MAGS_JAVA", temp.resolve("no-java").toString());

    CliResult result = CliProcess.launcher().run(List.of("--version"), NO_INPUT, env, temp);

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).contains("MAGS_JAVA: no file");
  }
}
