package run.mags;

import static run.mags.testing.CliResultAssert.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.mags.testing.CliProcess;
import run.mags.testing.CliResult;

/** An image from which a library is missing says so in a line. */
class IncompleteImageIT {
  @TempDir Path directory;

  @BeforeEach
  void copyWithoutLibraries() throws IOException {
    for (String file : List.of("bin/mags", "lib/mags.jar")) {
      Path copy = directory.resolve(file);
      Files.createDirectories(copy.getParent());
      Files.copy(CliProcess.image().resolve(file), copy);
    }
  }

  private CliResult mags(String... args) throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Map<String, String> env =
        Map.of(
            "HOME", directory.toString(),
            "PATH", "/usr/bin:/bin",
            "MAGS_JAVA", java,
            "MAGS_CACHE", "off",
            "MAGS_API_URL", "http://127.0.0.1:9",
            "MAGS_API_TOKEN", "not-a-real-token");
    return new CliProcess(directory.resolve("bin/mags").toString())
        .run(List.of(args), new byte[0], env, directory);
  }

  private void copyLibrary(String prefix) throws IOException {
    try (var files = Files.newDirectoryStream(CliProcess.image().resolve("lib"), prefix + "*")) {
      for (Path file : files) {
        Files.copy(file, directory.resolve("lib").resolve(file.getFileName()));
      }
    }
  }

  @Test
  void notEvenTheOptionsCanBeRead() throws Exception {
    assertThat(mags("list"))
        .exits(1)
        .printsNothing()
        .warnsMatch(
            "\\Aerror: mags is not complete: no class picocli/.*\nhint: install it again\n");
  }

  @Test
  void aCommandNeedsMore() throws Exception {
    copyLibrary("picocli");
    copyLibrary("jackson");

    assertThat(mags("list"))
        .exits(1)
        .printsNothing()
        .warnsMatch("\\Aerror: mags is not complete: the class okhttp3/\\S+ is missing\nhint: ");
  }
}
