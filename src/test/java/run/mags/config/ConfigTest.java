package run.mags.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;

class ConfigTest {
  @TempDir private Path home;

  private Config config(Map<String, String> env) {
    return new Config(env, home);
  }

  private void file(String content) throws IOException {
    Files.createDirectories(home.resolve(".mags"));
    Files.writeString(home.resolve(".mags/config.json"), content);
  }

  @Test
  void takesTheEnvironmentsTokenBeforeTheFiles() throws IOException {
    file("{\"api_token\":\"from-file\"}");

    assertThat(config(Map.of("MAGS_API_TOKEN", "a", "MAGS_TOKEN", "b")).credentials())
        .contains(new Credentials("a", "MAGS_API_TOKEN"));
    assertThat(config(Map.of("MAGS_API_TOKEN", "", "MAGS_TOKEN", " b\n")).credentials())
        .contains(new Credentials("b", "MAGS_TOKEN"));
    assertThat(config(Map.of()).credentials())
        .contains(new Credentials("from-file", home.resolve(".mags/config.json").toString()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"api_token", "token", "apiToken"})
  void readsEveryNameThatATokenHadInTheFile(String key) throws IOException {
    file("{\"" + key + "\":\"t\"}");

    assertThat(config(Map.of()).credentials().map(Credentials::token)).contains("t");
  }

  @Test
  void hasNoTokenWithoutAny() throws IOException {
    assertThat(config(Map.of()).credentials()).isEmpty();
    file("{}");
    assertThat(config(Map.of()).credentials()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[]", "\"text\"", "{\"api_token\":\"secret-part\"", "{} {}"})
  void namesABrokenFileAndShowsNothingOfIt(String content) throws IOException {
    file(content);

    assertThatThrownBy(() -> config(Map.of()).credentials())
        .isInstanceOfSatisfying(
            CliException.class, thrown -> assertThat(thrown.kind()).isEqualTo(ErrorKind.CONFIG))
        .hasMessageContaining(home.resolve(".mags/config.json").toString())
        .hasMessageNotContaining("secret-part")
        .hasNoCause();
  }

  @Test
  void saysInWordsWhyAFileCannotBeRead() throws IOException {
    Path file = home.resolve(".mags/config.json");
    Files.createDirectories(file);

    assertThatThrownBy(() -> config(Map.of()).credentials())
        .hasMessage("cannot read " + file + ": Is a directory");
  }

  @Test
  void savesATokenForTheOwnerOnlyAndKeepsOtherKeys() throws IOException {
    config(Map.of()).saveToken("first");
    Path file = home.resolve(".mags/config.json");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
        .isEqualTo("rwx------");

    file("{\"token\":\"old\",\"theme\":{\"dark\":true}}");
    config(Map.of()).saveToken("new");

    assertThat(Files.readString(file)).contains("\"theme\"").doesNotContain("old");
    assertThat(config(Map.of()).credentials().map(Credentials::token)).contains("new");
    assertThat(file.getParent().toFile().list()).containsExactly("config.json");
  }

  @Test
  void writesThroughALink() throws IOException {
    Path real = Files.createDirectory(home.resolve("dotfiles")).resolve("mags.json");
    Files.writeString(real, "{}");
    Files.createDirectories(home.resolve(".mags"));
    Files.createSymbolicLink(home.resolve(".mags/config.json"), real);

    config(Map.of()).saveToken("t");

    assertThat(Files.isSymbolicLink(home.resolve(".mags/config.json"))).isTrue();
    assertThat(Files.readString(real)).contains("\"t\"");
  }

  @Test
  void removesATokenUnderAnyName() throws IOException {
    file("{\"token\":\"a\",\"apiToken\":\"b\",\"api_token\":\"c\",\"keep\":1}");

    assertThat(config(Map.of()).removeToken()).isTrue();
    assertThat(config(Map.of()).removeToken()).isFalse();
    assertThat(Files.readString(home.resolve(".mags/config.json"))).contains("keep");
    assertThat(config(Map.of()).credentials()).isEmpty();
  }

  @Test
  void goesWhereTheEnvironmentSays() {
    Config config = config(Map.of("MAGS_CONFIG_DIR", "/etc/mags", "XDG_STATE_HOME", "/var/state"));

    assertThat(config.store().file()).isEqualTo(Path.of("/etc/mags/config.json"));
    assertThat(config.localState()).isEqualTo(Path.of("/var/state/mags/local"));
    assertThat(config(Map.of()).localState()).isEqualTo(home.resolve(".local/state/mags/local"));
    assertThat(config(Map.of("MAGS_LOCAL_STATE", "/s")).localState()).isEqualTo(Path.of("/s"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://api.example.com",
        "http://127.0.0.1:8080",
        "http://localhost:1",
        "http://[::1]:9",
        "https://example.com/prefix"
      })
  void takesHttpsAndLoopback(String url) {
    assertThat(config(Map.of("MAGS_API_URL", url + "/")).apiUrl()).hasToString(url);
  }

  @ParameterizedTest
  @CsvSource({
    "http://api.example.com, unencrypted",
    "http://127.0.0.1.evil.example, unencrypted",
    "ftp://127.0.0.1, not an http",
    "api.example.com, not an http",
    "'https://a b', not a URL",
    "https://user:geheim@example.com, no user",
  })
  void refusesOtherUrls(String url, String why) {
    assertThatThrownBy(() -> config(Map.of("MAGS_API_URL", url)).apiUrl())
        .isInstanceOf(CliException.class)
        .hasMessageContaining(why)
        .hasMessageNotContaining("geheim");
  }

  @Test
  void refusesATokenThatCannotStandInAHeader() {
    assertThatThrownBy(() -> config(Map.of("MAGS_API_TOKEN", "two words")).credentials())
        .isInstanceOf(CliException.class)
        .hasMessageContaining("MAGS_API_TOKEN")
        .hasMessageNotContaining("two words");
  }

  @Test
  void neverShowsAToken() {
    assertThat(new Credentials("geheim", "here").toString()).doesNotContain("geheim");
  }
}
