package run.mags;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static run.mags.testing.CliResultAssert.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.mags.testing.CliProcess;

/** What the build ships: the directory, the archives and the jar's own list of its libraries. */
class ImageIT {
  private static final byte[] NO_INPUT = {};
  private static final String VERSION = System.getProperty("mags.version");

  @TempDir Path temp;

  private static List<String> files(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> root.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  /** What is in the image but for the archive of classes, which fits the JDK of the build only. */
  private static List<String> released() throws IOException {
    return files(CliProcess.image()).stream()
        .filter(file -> !file.startsWith("lib/mags.jsa"))
        .toList();
  }

  /** The same without what fits one system only: Java and the caches for it. */
  private static List<String> portable() throws IOException {
    return released().stream()
        .filter(file -> !file.startsWith("runtime/") && !file.endsWith(".aot"))
        .toList();
  }

  private Path unpack(String... command) throws Exception {
    assertThat(new CliProcess(command).run(List.of(), NO_INPUT, System.getenv(), temp)).exits(0);
    assertThat(temp.toFile().list()).containsExactly("mags-" + VERSION);
    return temp.resolve("mags-" + VERSION);
  }

  @Test
  void theImageIsComplete() throws IOException {
    assertThat(files(CliProcess.image()))
        .contains("bin/mags", "bin/mags.cmd", "lib/mags.jar", "LICENSE", "README.md");
    assertThat(Files.isExecutable(CliProcess.image().resolve("bin/mags"))).isTrue();
  }

  @Test
  void theTarballRunsWhereItIsUnpacked() throws Exception {
    Path archive = CliProcess.image().resolveSibling("mags-" + VERSION + ".tar.gz");
    Path unpacked = unpack("/bin/tar", "-xzf", archive.toString());
    assertThat(files(unpacked)).isEqualTo(portable());
    Map<String, String> env =
        Map.of("PATH", System.getenv("PATH"), "JAVA_HOME", System.getProperty("java.home"));
    assertThat(
            new CliProcess(unpacked.resolve("bin/mags").toString())
                .run(List.of("--version"), NO_INPUT, env, temp))
        .exits(0)
        .prints("mags v" + VERSION + "\n")
        .warnsNothing();
  }

  @Test
  void theZipHoldsTheSame() throws Exception {
    Path archive = CliProcess.image().resolveSibling("mags-" + VERSION + ".zip");
    Path jar = Path.of(System.getProperty("java.home"), "bin", "jar");
    Path unpacked = unpack(jar.toString(), "xf", archive.toString());
    assertThat(files(unpacked)).isEqualTo(portable());
  }

  @Test
  void theArchiveWithJavaNeedsNone() throws Exception {
    assumeTrue(
        Files.exists(CliProcess.image().resolve("runtime")),
        "SKIPPED: the image has no Java of its own; target/add-runtime.log tells why");
    Path archive;
    try (Stream<Path> built = Files.list(CliProcess.image().getParent())) {
      archive =
          built
              .filter(file -> file.getFileName().toString().matches("mags-.*-.*-.*[.]tar[.]gz"))
              .findFirst()
              .orElseThrow();
    }
    String name = archive.getFileName().toString().replace(".tar.gz", "");
    String[] command = {"/bin/tar", "-xzf", archive.toString()};
    assertThat(new CliProcess(command).run(List.of(), NO_INPUT, System.getenv(), temp)).exits(0);
    Path unpacked = temp.resolve(name);

    assertThat(files(unpacked)).isEqualTo(released());
    assertThat(
            new CliProcess(unpacked.resolve("bin/mags").toString())
                .run(List.of("--version"), NO_INPUT, Map.of("PATH", "/nowhere"), temp))
        .exits(0)
        .prints("mags v" + VERSION + "\n")
        .warnsNothing();
  }

  @Test
  void everyLibraryThatTheJarNamesIsThere() throws IOException {
    Path lib = CliProcess.image().resolve("lib");
    try (JarFile jar = new JarFile(lib.resolve("mags.jar").toFile())) {
      Attributes manifest = jar.getManifest().getMainAttributes();
      assertThat(manifest.getValue(Attributes.Name.MAIN_CLASS)).isEqualTo("run.mags.Main");
      assertThat(manifest.getValue(Attributes.Name.CLASS_PATH).split(" ", -1))
          .contains("picocli-4.7.7.jar")
          .allMatch(name -> Files.exists(lib.resolve(name)));
    }
  }
}
