package run.mags;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static run.mags.testing.CliResultAssert.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import run.mags.testing.CliProcess;

/**
 * The archive of classes that the build makes: used where it fits, never noticed where it fails.
 */
class ClassArchiveIT {
  private static final byte[] NO_INPUT = {};
  private static final Path JAVA_HOME = Path.of(System.getProperty("java.home"));

  @TempDir Path temp;
  private final Map<String, String> env = new HashMap<>();

  /** What may be wrong with an archive although it is the one that was written down. */
  private enum Fault {
    GARBAGE,
    EMPTY,
    CUT_OFF,
    DIRECTORY;

    void befall(Path archive) throws IOException {
      byte[] whole = Files.readAllBytes(archive);
      Files.delete(archive);
      switch (this) {
        case GARBAGE -> Files.writeString(archive, "no archive\n".repeat(100_000));
        case EMPTY -> Files.createFile(archive);
        case CUT_OFF -> Files.write(archive, java.util.Arrays.copyOf(whole, whole.length / 2));
        case DIRECTORY -> Files.createDirectory(archive);
      }
    }
  }

  @BeforeEach
  void setUp() {
    env.put("PATH", System.getenv("PATH"));
    env.put("HOME", temp.toString());
    env.put("MAGS_API_TOKEN", "not-a-real-token");
    // Else one of the user's own would be made and used: see OwnArchiveIT.
    env.put("MAGS_CACHE", "off");
    // Else the image would use its own Java, where it has one.
    env.put("MAGS_JAVA", JAVA_HOME.resolve("bin/java").toString());
  }

  /** A copy of the image; its archive is made out to it if {@code claimed}. */
  private Path copy(String name, boolean claimed) throws IOException {
    Path copy = temp.resolve(name);
    try (Stream<Path> files = Files.walk(CliProcess.image())) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path relative = CliProcess.image().relativize(file);
        if (!relative.startsWith("runtime") && !relative.toString().endsWith(".aot")) {
          Files.copy(file, copy.resolve(relative), StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    }
    if (claimed) {
      Files.writeString(
          copy.resolve("lib/mags.jsa.for"),
          JAVA_HOME.resolve("bin/java") + "\n" + copy.resolve("lib/mags.jar") + "\n");
    }
    return copy;
  }

  /** How many classes a start of {@code image} takes out of an archive, and how many elsewhere. */
  private record Loaded(long archived, long other) {}

  private Loaded runs(Path image) throws Exception {
    Path log = temp.resolve("classes.log");
    Files.deleteIfExists(log);
    env.put("MAGS_JAVA_OPTS", "-Xlog:class+load:file=" + log);
    assertThat(
            new CliProcess(image.resolve("bin/mags").toString())
                .run(List.of("whoami"), NO_INPUT, env, temp))
        .exits(0)
        .warnsNothing();
    long archived = 0;
    long other = 0;
    for (String line : Files.readAllLines(log)) {
      if (line.contains("run.mags.") || line.contains("picocli.")) {
        if (line.contains("source: shared objects file")) {
          archived++;
        } else {
          other++;
        }
      }
    }
    return new Loaded(archived, other);
  }

  private static void assumeArchive() {
    assumeTrue(
        Files.exists(CliProcess.image().resolve("lib/mags.jsa.for")),
        "SKIPPED: the build made no archive of classes; target/archive-classes.log tells why");
  }

  @Test
  void theBuildMakesOneForItsJava() throws Exception {
    List<String> made =
        Files.readAllLines(CliProcess.image().resolve("lib/mags.jsa.for")).stream().toList();
    assertThat(Files.isSameFile(Path.of(made.get(1)), CliProcess.image().resolve("lib/mags.jar")))
        .isTrue();
    assumeTrue(
        Files.isSameFile(Path.of(made.get(0)), JAVA_HOME.resolve("bin/java")),
        "SKIPPED: the image was built with another Java");

    Loaded loaded = runs(CliProcess.image());

    assertThat(loaded.archived()).isGreaterThan(100);
    assertThat(loaded.other()).isLessThan(loaded.archived() / 10);
  }

  @Test
  void aMovedImageGoesWithoutIt() throws Exception {
    assumeArchive();
    assertThat(runs(copy("a b", false)).archived()).isZero();
  }

  @Test
  void aReadOnlyImageWithoutOneStarts() throws Exception {
    Path image = copy("bare", false);
    Files.deleteIfExists(image.resolve("lib/mags.jsa"));
    Files.deleteIfExists(image.resolve("lib/mags.jsa.for"));
    Files.setPosixFilePermissions(
        image.resolve("lib"), PosixFilePermissions.fromString("r-xr-xr-x"));

    assertThat(runs(image).archived()).isZero();
    Files.setPosixFilePermissions(
        image.resolve("lib"), PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void aBrokenOneIsPassedOver(Fault fault) throws Exception {
    assumeArchive();
    Path image = copy("broken", true);
    fault.befall(image.resolve("lib/mags.jsa"));

    assertThat(runs(image).archived()).isZero();
  }

  /** As after an update of the JDK in its place: the path is right, the archive is not. */
  @Test
  void oneOfAnotherJavaIsPassedOver() throws Exception {
    assumeArchive();
    Optional<Path> other = anotherJava();
    assumeTrue(other.isPresent(), "SKIPPED: there is only one Java 17 or later on this machine");
    Path image = copy("other", true);
    env.put("MAGS_JAVA", other.get().resolve("bin/java").toString());

    assertThat(runs(image).archived()).isZero();

    Path record = image.resolve("lib/mags.jsa.for");
    Files.writeString(
        record, other.get().resolve("bin/java") + "\n" + image.resolve("lib/mags.jar") + "\n");
    assertThat(runs(image).archived()).isZero();
  }

  private static Optional<Path> anotherJava() throws IOException {
    String made = Files.readAllLines(CliProcess.image().resolve("lib/mags.jsa.for")).get(0);
    Path madeFor = Path.of(made).toRealPath();
    Path all = Path.of("/usr/lib/jvm");
    if (!Files.isDirectory(all)) {
      return Optional.empty();
    }
    try (Stream<Path> homes = Files.list(all)) {
      for (Path home : (Iterable<Path>) homes::iterator) {
        Path java = home.resolve("bin/java");
        if (Files.isDirectory(home, LinkOption.NOFOLLOW_LINKS)
            && Files.isExecutable(java)
            && Files.exists(home.resolve("lib/server/classes.jsa"))
            && !java.toRealPath().equals(madeFor)) {
          return Optional.of(home);
        }
      }
    }
    return Optional.empty();
  }
}
