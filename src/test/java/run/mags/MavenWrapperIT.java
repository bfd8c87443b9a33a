package run.mags;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static run.mags.testing.CliResultAssert.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.mags.testing.CliProcess;
import run.mags.testing.CliResult;

/** mvnw, with a Maven that only tells its version and an archive on a server of this test. */
class MavenWrapperIT {
  private static final byte[] NO_INPUT = {};
  private static final String VERSION = "3.9.99";

  @TempDir Path temp;
  private HttpServer server;
  private final AtomicInteger fetched = new AtomicInteger();
  private final Map<String, String> env = new HashMap<>();
  private Path project;
  private Path jdk;

  @BeforeEach
  void makeAProjectAndAServer() throws Exception {
    project = Files.createDirectories(temp.resolve("a project"));
    Files.createDirectory(project.resolve(".mvn"));
    Files.copy(Path.of("mvnw"), project.resolve("mvnw"));
    jdk = Files.createDirectories(temp.resolve("jdk"));
    script(jdk.resolve("bin/java"), "exit 0");
    script(jdk.resolve("bin/javac"), "exit 0");
    byte[] archive = archive();
    pin(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-512").digest(archive)));
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/" + VERSION + "/binaries/apache-maven-" + VERSION + "-bin.tar.gz",
        exchange -> {
          fetched.incrementAndGet();
          exchange.sendResponseHeaders(200, archive.length);
          exchange.getResponseBody().write(archive);
          exchange.close();
        });
    server.start();
    env.put("HOME", temp.resolve("home").toString());
    env.put("JAVA_HOME", jdk.toString());
    env.put("MVNW_BASE_URL", "http://localhost:" + server.getAddress().getPort());
    env.put("PATH", programs("curl"));
  }

  @AfterEach
  void stopTheServer() {
    server.stop(0);
  }

  private static void script(Path file, String body) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n" + body + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** A Maven that answers --version and otherwise prints its arguments. */
  private void maven(Path file, String version, String java) throws IOException {
    script(
        file,
        """
        if [ "$1" = --version ]; then
          echo 'Picked up JAVA_TOOL_OPTIONS: -Dx=y'
          printf '\\033[1mApache Maven %s (abc)\\033[m\\n'
          echo 'Java version: %s, vendor: x, runtime: %s'
        else
          printf '%%s|' "$0" "$@"
        fi
        """
            .formatted(version, java, jdk));
  }

  private byte[] archive() throws Exception {
    Path top = temp.resolve("apache-maven-" + VERSION);
    maven(top.resolve("bin/mvn"), VERSION, "17.0.1");
    Path file = temp.resolve("maven.tar.gz");
    CliResult packed =
        new CliProcess("/bin/tar", "-czf", file.toString(), top.getFileName().toString())
            .run(List.of(), NO_INPUT, System.getenv(), temp);
    assertThat(packed).exits(0);
    return Files.readAllBytes(file);
  }

  private void pin(String sha512) throws IOException {
    Files.writeString(
        project.resolve(".mvn/wrapper.properties"),
        "# why\nversion=" + VERSION + "\nsha512=" + sha512 + "\n",
        UTF_8);
  }

  /** A directory with the programs that every system has, and {@code others}, but no Maven. */
  private String programs(String... others) throws IOException {
    Path bin = Files.createDirectories(temp.resolve("bin-" + String.join("-", others)));
    Stream<String> names =
        Stream.concat(
            Stream.of("sed", "tr", "mkdir", "mv", "rm", "tar", "gzip", "sha512sum"),
            Stream.of(others));
    for (String name : names.toList()) {
      Path program =
          Stream.of(System.getenv("PATH").split(":"))
              .map(directory -> Path.of(directory, name))
              .filter(Files::isExecutable)
              .findFirst()
              .orElseThrow();
      script(bin.resolve(name), "exec '" + program + "' \"$@\"");
    }
    return bin.toString();
  }

  private CliResult mvnw(String... args) throws Exception {
    return new CliProcess("/bin/sh", "./mvnw").run(List.of(args), NO_INPUT, env, project);
  }

  private Path cached() {
    return temp.resolve("home/.m2/wrapper/mags/apache-maven-" + VERSION + "/bin/mvn");
  }

  @Test
  void usesTheMavenOnThePathWhenItIsNewEnough() throws Exception {
    Path mvn = temp.resolve("tools/mvn");
    maven(mvn, "3.8.1", "17.0.1");
    env.merge("PATH", mvn.getParent().toString(), (path, tools) -> tools + ":" + path);
    assertThat(mvnw("-Da=b c", "")).exits(0).prints(mvn + "|-Da=b c||").warnsNothing();
    maven(mvn, "4.0.0-rc-4", "25");
    assertThat(mvnw()).exits(0).prints(mvn + "|");
    assertThat(fetched).hasValue(0);
  }

  @Test
  void fetchesThePinnedMavenOnce() throws Exception {
    Path mvn = temp.resolve("tools/mvn");
    maven(mvn, "3.6.3", "17.0.1");
    env.merge("PATH", mvn.getParent().toString(), (path, tools) -> tools + ":" + path);
    assertThat(mvnw("-q", "x")).exits(0).prints(cached() + "|-q|x|").warnsNothing();
    assertThat(mvnw("x")).exits(0).prints(cached() + "|x|").warnsNothing();
    assertThat(fetched).hasValue(1);
    assertThat(cached().getParent().getParent().getParent().toFile().list())
        .containsExactly("apache-maven-" + VERSION);
  }

  @Test
  void fetchesWithWgetWhereThereIsNoCurl() throws Exception {
    env.put("PATH", programs("wget"));
    env.put("MAVEN_USER_HOME", temp.resolve("other").toString());
    assertThat(mvnw("x"))
        .exits(0)
        .prints(temp + "/other/wrapper/mags/apache-maven-" + VERSION + "/bin/mvn|x|")
        .warns("Fetching Maven " + VERSION + "\n");
  }

  @Test
  void twoAtATimeBothSucceed() throws Exception {
    CliProcess both = new CliProcess("/bin/sh", "-c", "./mvnw -q a & ./mvnw -q a; wait");
    CliResult result = both.run(List.of(), NO_INPUT, env, project);
    assertThat(result).exits(0).prints((cached() + "|-q|a|").repeat(2)).warnsNothing();
  }

  @Test
  void refusesAnArchiveThatIsNotThePinnedOne() throws Exception {
    pin("0".repeat(128));
    assertThat(mvnw("-q"))
        .exits(1)
        .printsNothing()
        .warnsMatch("^error: .* is not the Maven 3.9.99 that this project trusts$")
        .warnsMatch("^hint: its SHA-512 is [0-9a-f]{128}, not 0{128}$");
    assertThat(temp.resolve("home/.m2/wrapper/mags")).isEmptyDirectory();
  }

  @Test
  void saysWhatCannotBeFetched() throws Exception {
    env.merge("MVNW_BASE_URL", "/nowhere", String::concat);
    assertThat(mvnw("-q")).exits(1).warnsMatch("^error: cannot fetch http://localhost:.*tar.gz$");
    env.put("PATH", programs());
    assertThat(mvnw("-q")).exits(1).warnsMatch("^error: neither curl nor wget is there");
    assertThat(temp.resolve("home/.m2/wrapper/mags")).isEmptyDirectory();
  }

  @Test
  void saysWhichJavaIsMissing() throws Exception {
    env.put("JAVA_HOME", temp.resolve("gone").toString());
    assertThat(mvnw()).exits(1).warnsMatch("^error: JAVA_HOME is no Java: .*/gone/bin/java$");
    env.remove("JAVA_HOME");
    assertThat(mvnw()).exits(1).warnsMatch("^error: no Java found: ");
    env.put("JAVA_HOME", jdk.toString());
    Path mvn = temp.resolve("tools/mvn");
    env.merge("PATH", mvn.getParent().toString(), (path, tools) -> tools + ":" + path);
    maven(mvn, "3.9.9", "1.8.0_392");
    assertThat(mvnw()).exits(1).warnsMatch("^error: Java 17 .* needed to build; .* 1.8.0");
    maven(mvn, "3.9.9", "17.0.1");
    Files.delete(jdk.resolve("bin/javac"));
    assertThat(mvnw()).exits(1).warnsMatch("^error: a JDK is needed to build; .* no compiler$");
  }

  @Test
  void theRealPinIsAReleaseWithItsChecksum() throws IOException {
    Properties pinned = new Properties();
    try (var reader = Files.newBufferedReader(Path.of(".mvn/wrapper.properties"), UTF_8)) {
      pinned.load(reader);
    }
    assertThat(pinned.getProperty("version")).matches("3\\.9\\.[0-9]+");
    assertThat(pinned.getProperty("sha512")).matches("[0-9a-f]{128}");
  }
}
