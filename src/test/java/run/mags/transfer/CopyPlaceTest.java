package run.mags.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import run.mags.error.CliException;

final class CopyPlaceTest {
  @ParameterizedTest
  @CsvSource({
    "dev:a/b, dev, a/b",
    "dev:, dev, ''",
    "dev:/x:y, dev, /x:y",
    "dev:-, dev, -",
    "./a:b, , ./a:b",
    "/a:b, , /a:b",
    "a, , a",
    "-, , -",
    "C:\\x, C, \\x",
  })
  void aSlashBeforeTheColonMakesItAPathHere(String text, String sandbox, String path) {
    assertThat(CopyPlace.of(text, false)).isEqualTo(new CopyPlace(sandbox, path));
  }

  @ParameterizedTest
  @CsvSource({"C:\\x, , C:\\x", "c:x, , c:x", "dir\\a:b, , dir\\a:b", "dev:x, dev, x"})
  void onWindowsDrivesArePathsHere(String text, String sandbox, String path) {
    assertThat(CopyPlace.of(text, true)).isEqualTo(new CopyPlace(sandbox, path));
  }

  @Test
  void aNameIsWanted() {
    assertThatThrownBy(() -> CopyPlace.of(":x", false))
        .isInstanceOfSatisfying(
            CliException.class,
            failure ->
                assertThat(failure.hint())
                    .hasValueSatisfying(hint -> assertThat(hint).contains("./:x")));
    assertThatThrownBy(() -> CopyPlace.of("", false)).isInstanceOf(CliException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "'', .",
    "a, ./a",
    "~, .",
    "~/a, ./a",
    "/a, /a",
    "-x, ./-x",
    "./a/, ././a/",
    "~x, ./~x"
  })
  void aRemotePathIsBelowTheHomeDirectory(String given, String text) {
    assertThat(RemotePath.of(given).text()).isEqualTo(text);
  }

  @Test
  void aLongNameGetsAShortPart() {
    assertThat(PartName.of("a")).isEqualTo(".a.mags-part");
    assertThat(PartName.of("ü".repeat(127))).hasSize(1 + Digests.HEX + 10);
  }
}
