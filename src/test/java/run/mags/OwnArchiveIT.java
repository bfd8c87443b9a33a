package run.mags;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static run.mags.testing.CliResultAssert.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import run.mags.testing.CliProcess;
import run.mags.testing.CliResult;

/**
 * The archive of classes that the first start with some Java has made in the user's cache
 * directory: used by the next starts, never noticed otherwise. The image is a copy of the built one
 * without the build's own archive and Java, so that every Java is a foreign one.
 */
class OwnArchiveIT {
  private static final Path JVMS = Path.of("/usr/lib/jvm");

  /** Making one takes seconds, on a busy machine many. */
  private static final Duration LIMIT = Duration.ofMinutes(2);

  @TempDir Path temp;
  private Path image;
  private Path archives;
  private final Map<String, String> env = new HashMap<>();

  @BeforeEach
  void copyTheImage() throws IOException {
    // No blank in its path: Java 17 archives no classes of a path with one.
    image = temp.resolve("image");
    try (Stream<Path> files = Files.walk(CliProcess.image())) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path relative = CliProcess.image().relativize(file);
        if (!relative.startsWith("runtime") && !relative.toString().matches(".*\\.(aot|jsa.*)")) {
          Files.copy(file, image.resolve(relative), StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    }
    Path home = Files.createDirectory(temp.resolve("home"));
    archives = home.resolve(".cache/mags/classes");
    env.put("PATH", System.getenv("PATH"));
    env.put("HOME", home.toString());
    env.put("MAGS_API_TOKEN", "not-a-real-token");
    env.put("MAGS_JAVA", Path.of(System.getProperty("java.home"), "bin/java").toString());
  }

  private CliResult whoami() throws IOException, InterruptedException {
    return whoami(List.of(image.resolve("bin/mags").toString()));
  }

  private CliResult whoami(List<String> program) throws IOException, InterruptedException {
    CliResult result =
        new CliProcess(program.toArray(new String[0]))
            .run(List.of("whoami"), new byte[0], env, temp);
    assertThat(result).exits(0).warnsNothing();
    return result;
  }

  /** How many classes of ours and our libraries a start takes out of an archive, and elsewhere. */
  private record Loaded(long archived, long other) {}

  private Loaded loaded() throws IOException, InterruptedException {
    Path log = temp.resolve("classes.log");
    env.put("MAGS_JAVA_OPTS", "-Xlog:class+load:file=" + log);
    whoami();
    env.remove("MAGS_JAVA_OPTS");
    List<String> ours =
        Files.readAllLines(log).stream()
            .filter(line -> line.contains("run.mags.") || line.contains("picocli."))
            .toList();
    long archived = ours.stream().filter(line -> line.contains("shared objects file")).count();
    return new Loaded(archived, ours.size() - archived);
  }

  private List<String> files() throws IOException {
    if (!Files.isDirectory(archives)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(archives)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  /** Waits until the maker has come to its end, and answers the archive's record. */
  private Path made(String suffix) throws IOException, InterruptedException {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (System.nanoTime() < end) {
      List<String> files = files();
      if (!files.contains("lock")) {
        for (String file : files) {
          if (file.endsWith(suffix)) {
            return archives.resolve(file);
          }
        }
      }
      Thread.sleep(50);
    }
    throw new AssertionError("no " + suffix + " within " + LIMIT + ": " + files());
  }

  private Path madeAtFirst() throws IOException, InterruptedException {
    whoami();
    return made(".jsa.for");
  }

  private static Path archiveOf(Path record) {
    return Path.of(record.toString().replaceFirst("\\.for$", ""));
  }

  @ParameterizedTest
  @ValueSource(ints = {17, 21, 25})
  void theSecondStartTakesItsClassesOutOfIt(int version) throws Exception {
    Path java = java(version);
    env.put("MAGS_JAVA", java.toString());

    whoami();
    Path record = made(".jsa.for");

    assertThat(files()).hasSize(2);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(archives)))
        .isEqualTo("rwx------");
    for (Path file : List.of(record, archiveOf(record))) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .endsWith("------");
    }
    Loaded loaded = loaded();
    assertThat(loaded.archived()).isGreaterThan(100);
    assertThat(loaded.other())
        .as("classes that src/main/archive/mags.classes lacks; src/assembly/list-classes adds them")
        .isLessThan(loaded.archived() / 10);
    // From now on the launcher needs no program to get there.
    env.put("PATH", "/nowhere");
    assertThat(loaded().archived()).isEqualTo(loaded.archived());
  }

  private static Path java(int version) throws IOException {
    if (Files.isDirectory(JVMS)) {
      try (Stream<Path> homes = Files.list(JVMS)) {
        for (Path home : (Iterable<Path>) homes::iterator) {
          Path release = home.resolve("release");
          if (Files.isExecutable(home.resolve("bin/java"))
              && Files.exists(release)
              && Files.readString(release).contains("JAVA_VERSION=\"" + version + ".")) {
            return home.resolve("bin/java");
          }
        }
      }
    }
    assumeTrue(false, "SKIPPED: no Java " + version + " in " + JVMS);
    throw new AssertionError();
  }

  /** What may befall an archive, or what it was made for. */
  private enum Fault {
    GARBAGE,
    EMPTY,
    CUT_OFF,
    ANOTHER_BUILD,
    ANOTHER_JAVA_THERE,
    NEWER_JAR;

    void befall(Path record, Path image) throws IOException {
      Path archive = archiveOf(record);
      List<String> lines = new ArrayList<>(Files.readAllLines(record));
      switch (this) {
        case GARBAGE ->
            replace(archive, "no archive\n".repeat(100_000).getBytes(StandardCharsets.US_ASCII));
        case EMPTY -> replace(archive, new byte[0]);
        case CUT_OFF -> {
          byte[] whole = Files.readAllBytes(archive);
          replace(archive, Arrays.copyOf(whole, whole.length / 2));
        }
        case ANOTHER_BUILD -> Files.writeString(image.resolve("lib/mags.build"), "another\n");
        case ANOTHER_JAVA_THERE -> {
          lines.set(3, lines.get(3).replace("JAVA_VERSION=\"", "JAVA_VERSION=\"1"));
          Files.write(record, lines);
        }
        case NEWER_JAR ->
            Files.setLastModifiedTime(
                image.resolve("lib/mags.jar"),
                FileTime.from(Files.getLastModifiedTime(archive).toInstant().plusSeconds(1)));
      }
    }

    private static void replace(Path archive, byte[] bytes) throws IOException {
      Files.delete(archive);
      Files.write(archive, bytes);
    }
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void oneThatDoesNotFitIsPassedOver(Fault fault) throws Exception {
    Path record = madeAtFirst();
    fault.befall(record, image);

    assertThat(loaded().archived()).isZero();
  }

  @Test
  void afterAnUpdateItIsMadeAnew() throws Exception {
    Path record = madeAtFirst();
    Fault.ANOTHER_BUILD.befall(record, image);

    whoami();

    long end = System.nanoTime() + LIMIT.toNanos();
    while (!Files.exists(record) || !Files.readString(record).contains("\nanother\n")) {
      assertThat(System.nanoTime()).isLessThan(end);
      Thread.sleep(50);
    }
    assertThat(loaded().archived()).isGreaterThan(100);
  }

  @Test
  void manyFirstStartsAtOnceMakeOne() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(8);
    List<Callable<CliResult>> starts = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      starts.add(this::whoami);
    }
    for (Future<CliResult> start : pool.invokeAll(starts)) {
      start.get();
    }
    pool.shutdown();

    made(".jsa.for");
    assertThat(files()).hasSize(2);
    assertThat(loaded().archived()).isGreaterThan(100);
  }

  @Test
  void archivesOfWhatIsGoneAreRemoved() throws Exception {
    Path first = madeAtFirst();
    image = Files.move(image, temp.resolve("moved"));

    whoami();
    made("moved%bin%..%lib%mags.jar.jsa.for");

    assertThat(first).doesNotExist();
    assertThat(archiveOf(first)).doesNotExist();
    assertThat(files()).hasSize(2);
  }

  @Test
  void whereItCannotBeMadeNothingIsLeftAndTheNextStartsDoNotTry() throws Exception {
    String limited = "trap '' XFSZ; ulimit -f 2000; exec \"$0\" \"$@\"";

    whoami(List.of("/bin/sh", "-c", limited, image.resolve("bin/mags").toString()));
    made(".jsa.failed");
    whoami();

    assertThat(files()).hasSize(1).allMatch(name -> name.endsWith(".failed"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"MAGS_CACHE=OFF", "CI=true", "HOME=", "HOME=/nowhere/at/all"})
  void someWantNone(String setting) throws Exception {
    String[] parts = setting.split("=", 2);
    // Told at once, not after the seconds that making one takes: the maker would write this.
    Path told = hangingMaker();
    env.put(parts[0], parts[1]);

    whoami();

    assertThat(told).doesNotExist();
    assertThat(files()).isEmpty();
  }

  @Test
  void aCacheDirectoryThatIsAFileIsNoTrouble() throws Exception {
    Files.createFile(temp.resolve("home/.cache"));
    Path told = hangingMaker();

    whoami();

    assertThat(told).doesNotExist();
  }

  @Test
  void anotherUsersDirectoryIsLeftAlone() throws Exception {
    assumeTrue(
        "root".equals(System.getProperty("user.name")), "SKIPPED: only root gives files away");
    Path record = madeAtFirst();
    int nobody = 65534;
    for (Path file : List.of(archives, record, archiveOf(record))) {
      Files.setAttribute(file, "unix:uid", nobody);
    }

    assertThat(loaded().archived()).isZero();
  }

  @Test
  void aHeapOfTheUsersOwnGoesWithIt() throws Exception {
    madeAtFirst();
    env.put("MAGS_JAVA_OPTS", "-Xmx200m -XX:+UseParallelGC");
    whoami();
  }

  /**
   * The caller's pipes end with the command, and its locks are free, however long the maker takes.
   */
  @Test
  void theMakerHoldsNothingOpen() throws Exception {
    assumeTrue(Files.exists(Path.of("/bin/bash")), "SKIPPED: no bash, which opens descriptor 20");
    Path told = hangingMaker();

    whoami(
        List.of(
            "/bin/bash",
            "-c",
            "exec \"$0\" \"$@\" 7>&1 20>&2",
            image.resolve("bin/mags").toString()));

    long end = System.nanoTime() + LIMIT.toNanos();
    while (!Files.exists(told)) {
      assertThat(System.nanoTime()).isLessThan(end);
      Thread.sleep(20);
    }
    List<String> lines = Files.readAllLines(told);
    assertThat(lines.get(0)).isEqualTo("tokens: ");
    assertThat(lines.subList(1, lines.size())).allMatch(line -> line.endsWith(" /dev/null"));
    release();
  }

  /**
   * In the maker's place a script that tells what it was given, then waits for {@link #release}.
   */
  private Path hangingMaker() throws IOException {
    Path told = temp.resolve("told");
    Path script = image.resolve("lib/archive-classes");
    Files.writeString(
        script,
        """
        {
          echo "tokens: $MAGS_API_TOKEN$MAGS_TOKEN"
          for fd in /proc/$$/fd/*; do
            # 3 is the pipe that the next line reads.
            target=$(readlink "$fd")
            case ${fd##*/}$target in 3* | */archive-classes | */told.new) ;; *) echo "${fd##*/} $target" ;; esac
          done
        } >"%1$s.new"
        mv "%1$s.new" "%1$s"
        for i in $(seq 600); do [ -e "%1$s.release" ] && exit; sleep 0.1; done
        """
            .formatted(told));
    return told;
  }

  private void release() throws IOException {
    Files.createFile(temp.resolve("told.release"));
  }
}
