package run.mags.command;

import static org.assertj.core.api.Assertions.assertThat;
import static run.mags.testing.CliResultAssert.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import run.mags.testing.CliResult;
import run.mags.testing.FakeApi;
import run.mags.testing.FakeSleeper;
import run.mags.testing.FakeTerminal;
import run.mags.testing.MagsCli;

/** {@code login}, {@code logout} and {@code whoami}. */
class AccountTest {
  private static final String TOKEN = "not-a-real-token-2";

  @TempDir private Path home;
  private FakeApi api;
  private MagsCli mags;
  private Path file;

  @BeforeEach
  void start() {
    api = new FakeApi();
    mags = new MagsCli(home).on(api).env("MAGS_API_TOKEN", null).sleeping(new FakeSleeper());
    file = home.resolve(".mags/config.json");
  }

  @AfterEach
  void close() {
    api.close();
  }

  private CliResult piped(String input, String... args) {
    return mags.terminal(new FakeTerminal(input)).run(args);
  }

  @Test
  void savesAPipedTokenAfterCheckingIt() throws IOException {
    api.answers("{\"jobs\":[]}");

    CliResult result = piped(TOKEN + "\n", "login", "--with-token");

    assertThat(result).exits(0).printsNothing().warnsMatch("^logged in; the token is in ");
    assertThat(result.err()).doesNotContain(TOKEN);
    assertThat(Files.readString(file)).contains("\"api_token\" : \"" + TOKEN + "\"");
    assertThat(api.requests().get(0).getHeaders().get("Authorization"))
        .isEqualTo("Bearer " + TOKEN);
  }

  @Test
  void asksOnATerminalWithoutShowingTheToken() {
    api.answers("{\"jobs\":[]}");
    FakeTerminal terminal = new FakeTerminal("").interactive(TOKEN);

    CliResult result = mags.terminal(terminal).run("login", "--no-browser");

    assertThat(result).exits(0).printsNothing().warnsMatch("^make a token at https://");
    assertThat(terminal.prompts()).containsExactly("token (not shown): ");
    assertThat(file).exists();
  }

  @Test
  void neverAsksWithoutATerminal() {
    assertThat(mags.run("login"))
        .exits(2)
        .printsNothing()
        .warnsMatch("^hint: .*mags login --with-token < FILE");
    assertThat(api.requests()).isEmpty();
  }

  @Test
  void doesNotSaveARefusedToken() {
    api.answers(401, "{\"error\":\"invalid\"}");

    assertThat(piped(TOKEN, "login", "--with-token")).exits(4).printsNothing();
    assertThat(file).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "two words", "two\nlines", "nul\u0000", "ümlaut"})
  void refusesWhatIsNoToken(String input) {
    CliResult result = piped(input, "login", "--with-token");

    assertThat(result).exits(2).printsNothing().warnsMatch("^hint: nothing was saved$");
    assertThat(file).doesNotExist();
    assertThat(api.requests()).isEmpty();
  }

  @Test
  void aBrokenFileIsNeverOverwritten() throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "{broken");

    assertThat(piped(TOKEN, "login", "--with-token")).exits(1).warnsMatch("is not a JSON object");
    assertThat(mags.run("logout")).exits(1);
    assertThat(mags.run("whoami")).exits(1);
    assertThat(mags.run("list")).exits(1);
    assertThat(mags.run("run", "x")).exits(125);
    assertThat(Files.readString(file)).isEqualTo("{broken");
  }

  @Test
  void tellsWhereTheTokenComesFromAndNeverShowsIt() {
    mags.env("MAGS_TOKEN", TOKEN);

    assertThat(mags.run("whoami"))
        .exits(0)
        .prints("token: from MAGS_TOKEN\napi:   " + api.url() + "\n");
    assertThat(mags.run("whoami", "--json"))
        .prints("{\"token_source\":\"MAGS_TOKEN\",\"api_url\":\"" + api.url() + "\"}\n");
  }

  @Test
  void whoamiWithoutATokenExitsFour() {
    assertThat(mags.run("whoami")).exits(4).printsNothing().warnsMatch("^error: not logged in$");
  }

  @Test
  void logsOut() {
    api.answers("{\"jobs\":[]}");
    assertThat(piped(TOKEN, "login", "--with-token")).exits(0);

    assertThat(mags.run("logout", "--json")).exits(0).prints("{\"removed\":true}\n").warnsNothing();
    assertThat(mags.run("logout")).exits(0).printsNothing().warns("there was no saved token\n");
    assertThat(mags.run("whoami")).exits(4);
  }

  @Test
  void saysThatTheEnvironmentGoesOnBeingUsed() {
    mags.env("MAGS_API_TOKEN", TOKEN);

    assertThat(mags.run("logout")).warnsMatch("^note: MAGS_API_TOKEN is still set");
    assertThat(mags.run("-q", "logout")).warnsNothing();
  }

  @Test
  void refusesToSendATokenUnencrypted() {
    mags.env("MAGS_API_URL", "http://example.com").env("MAGS_API_TOKEN", TOKEN);

    assertThat(mags.run("list")).exits(1).warnsMatch("the token would be sent unencrypted");
  }
}
