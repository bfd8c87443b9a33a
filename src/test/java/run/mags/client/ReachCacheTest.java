package run.mags.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.mags.ssh.SshTarget;

class ReachCacheTest {
  private static final URI API = URI.create("http://127.0.0.1:1");
  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
  private static final SshTarget WAY = new SshTarget("host", 40_000, "root", "not a key", "vm-1");

  @TempDir private Path temporary;
  private Path directory;

  @BeforeEach
  void belowOneThatIsNotThere() {
    directory = temporary.resolve("mags");
  }

  private ReachCache at(Instant now) {
    return new ReachCache(directory, API, "token", Clock.fixed(now, ZoneOffset.UTC));
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }

  @Test
  void remembersAWayForItsNameOnly() {
    at(NOW).remember("dev", WAY);

    assertThat(at(NOW).find("dev")).contains(WAY);
    assertThat(at(NOW).find("dev2")).isEmpty();
  }

  @Test
  void aWayIsThatOfOneApiAndToken() {
    at(NOW).remember("dev", WAY);
    Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);

    assertThat(new ReachCache(directory, API, "other", clock).find("dev")).isEmpty();
    assertThat(
            new ReachCache(directory, URI.create("http://127.0.0.1:2"), "token", clock).find("dev"))
        .isEmpty();
  }

  @Test
  void aWayEndsAfterItsLifeAndWhenTheClockWentBack() {
    at(NOW).remember("dev", WAY);

    assertThat(at(NOW.plus(ReachCache.LIFE)).find("dev")).isPresent();
    assertThat(at(NOW.plus(ReachCache.LIFE).plusMillis(1)).find("dev")).isEmpty();
    assertThat(at(NOW.minus(Duration.ofSeconds(1))).find("dev")).isEmpty();
  }

  @Test
  void aMachineThatIsNotKnownIsNotRemembered() {
    at(NOW).remember("dev", new SshTarget("host", 40_000, "root", "not a key", null));

    assertThat(at(NOW).find("dev")).isEmpty();
  }

  @Test
  void itsFilesAreTheOwnersAndHaveNoTokenInThem() throws IOException {
    at(NOW).remember("dev", WAY);

    Path file = files().get(0);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
        .isEqualTo("rwx------");
    assertThat(file.getFileName() + Files.readString(file)).doesNotContain("token");
  }

  @Test
  void forgetsOneOrAll() throws IOException {
    ReachCache cache = at(NOW);
    cache.remember("dev", WAY);
    cache.remember("web", WAY);

    cache.forget("dev");
    assertThat(cache.find("dev")).isEmpty();
    assertThat(cache.find("web")).isPresent();

    cache.clear();
    assertThat(files()).isEmpty();
  }

  @Test
  void garbageIsNoWay() throws IOException {
    at(NOW).remember("dev", WAY);
    Path file = files().get(0);

    for (String garbage : List.of("", "{", "[]", "{\"until\":9}", "\u0000")) {
      Files.writeString(file, garbage);
      assertThat(at(NOW).find("dev")).isEmpty();
    }
  }

  @Test
  void aFileThatOthersMayReadIsNoWay() throws IOException {
    at(NOW).remember("dev", WAY);

    Files.setPosixFilePermissions(files().get(0), PosixFilePermissions.fromString("rw-r--r--"));

    assertThat(at(NOW).find("dev")).isEmpty();
  }

  @Test
  void aLinkIsNoWay() throws IOException {
    at(NOW).remember("dev", WAY);
    Path file = files().get(0);
    Path elsewhere = Files.move(file, temporary.resolve("elsewhere"));
    Files.createSymbolicLink(file, elsewhere);

    assertThat(at(NOW).find("dev")).isEmpty();
  }

  @Test
  void aDirectoryThatOthersMayWriteToIsNotUsed() throws IOException {
    at(NOW).remember("dev", WAY);
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxr-x"));

    at(NOW).remember("web", WAY);

    assertThat(at(NOW).find("dev")).isEmpty();
    assertThat(files()).hasSize(1);
  }

  @Test
  void aDirectoryThatIsALinkIsNotUsed() throws IOException {
    Path elsewhere = Files.createDirectory(temporary.resolve("elsewhere"));
    Files.createSymbolicLink(directory, elsewhere);

    at(NOW).remember("dev", WAY);

    assertThat(elsewhere).isEmptyDirectory();
    assertThat(at(NOW).find("dev")).isEmpty();
  }

  @Test
  void aDirectoryThatCannotBeMadeIsNoFailure() throws IOException {
    Files.writeString(directory, "a file is in the way");

    at(NOW).remember("dev", WAY);
    at(NOW).forget("dev");
    at(NOW).clear();

    assertThat(at(NOW).find("dev")).isEmpty();
  }
}
