package run.mags.completion;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names that are remembered: for whom, how long, and by whom only. */
class NameCacheTest {
  private static final List<Candidate> NAMES =
      List.of(new Candidate("web box", "running"), new Candidate("it's", ""));

  @TempDir private Path home;

  private static Clock in(Duration time) {
    return Clock.fixed(Instant.now().plus(time), ZoneOffset.UTC);
  }

  private NameCache cache(Map<String, String> env, boolean local, Duration later) {
    return NameCache.of(env, home, local, in(later)).orElseThrow();
  }

  private NameCache cache() {
    return cache(Map.of("MAGS_API_TOKEN", "one"), false, Duration.ZERO);
  }

  private List<Path> files() throws IOException {
    try (var files = Files.list(home.resolve(".mags/run"))) {
      return files.toList();
    }
  }

  @Test
  void givesBackWhatItWasGivenWhileThatIsYoung() {
    cache().write(Kind.JOBS, NAMES);

    Map<String, String> env = Map.of("MAGS_API_TOKEN", "one");
    assertThat(cache().read(Kind.JOBS)).hasValue(new NameCache.Known(NAMES, true));
    assertThat(cache(env, false, Duration.ofSeconds(20)).read(Kind.JOBS))
        .hasValue(new NameCache.Known(NAMES, false));
    assertThat(cache(env, false, Duration.ofHours(2)).read(Kind.JOBS)).isEmpty();
    assertThat(cache(env, false, Duration.ofHours(-2)).read(Kind.JOBS)).isEmpty();
    assertThat(cache().read(Kind.CRON)).isEmpty();
  }

  @Test
  void isForOneApiAndOneTokenOnly() throws IOException {
    cache().write(Kind.JOBS, NAMES);

    assertThat(cache(Map.of("MAGS_API_TOKEN", "two"), false, Duration.ZERO).read(Kind.JOBS))
        .isEmpty();
    assertThat(
            cache(
                    Map.of("MAGS_API_TOKEN", "one", "MAGS_API_URL", "https://b.example"),
                    false,
                    Duration.ZERO)
                .read(Kind.JOBS))
        .isEmpty();
    assertThat(cache(Map.of("MAGS_API_TOKEN", "one"), true, Duration.ZERO).read(Kind.JOBS))
        .isEmpty();

    Files.writeString(home.resolve(".mags/config.json"), "{\"api_token\":\"other\"}");
    assertThat(cache().read(Kind.JOBS)).isEmpty();
  }

  @Test
  void onlyTheOwnerCanReadIt() throws IOException {
    cache().write(Kind.JOBS, NAMES);

    assertThat(files()).hasSize(1);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(files().get(0))))
        .isEqualTo("rw-------");
    assertThat(files().get(0).toString()).doesNotContain("one");
    Files.setPosixFilePermissions(files().get(0), PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(cache().read(Kind.JOBS)).isEmpty();
  }

  @Test
  void oneAsksAtATime() {
    FileTime now = FileTime.from(Instant.now());

    assertThat(cache().claim(Kind.JOBS, now)).isTrue();
    assertThat(cache().claim(Kind.JOBS, now)).isFalse();
    assertThat(cache().claim(Kind.CRON, now)).isTrue();
    assertThat(
            cache(Map.of("MAGS_API_TOKEN", "one"), false, Duration.ofSeconds(20))
                .claim(Kind.JOBS, now))
        .isTrue();

    cache().write(Kind.JOBS, NAMES);
    assertThat(cache().claim(Kind.JOBS, now)).isTrue();
  }

  @Test
  void offMeansOffAndLogoutForgets() throws IOException {
    assertThat(NameCache.of(Map.of("MAGS_CACHE", "off"), home, false, Clock.systemUTC())).isEmpty();

    cache().write(Kind.JOBS, NAMES);
    NameCache.clear(home.resolve(".mags/run"));

    assertThat(files()).isEmpty();
  }

  @Test
  void namesThatALineCannotHoldAreLeftOut() {
    String text = NameCache.text(List.of(new Candidate("a\nb", ""), new Candidate("c", "d\ne")));

    assertThat(text).isEqualTo("c\td e\n");
  }
}
