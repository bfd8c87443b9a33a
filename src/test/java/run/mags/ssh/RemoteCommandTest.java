package run.mags.ssh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;

/** Commands as texts; {@link RemoteCommandIT} shows them to shells. */
final class RemoteCommandTest {
  @Test
  void quotesAnyTextAsOneWord() {
    assertThat(RemoteCommand.quote("word")).isEqualTo("'word'");
    assertThat(RemoteCommand.quote("")).isEqualTo("''");
    assertThat(RemoteCommand.quote("it's")).isEqualTo("'it'\\''s'");
    assertThat(RemoteCommand.quote("$x `y` \\ \"\n")).isEqualTo("'$x `y` \\ \"\n'");
  }

  @Test
  void keepsOneWordAndQuotesSeveral() {
    assertThat(RemoteCommand.of("a; b").script()).endsWith("; a; b");
    assertThat(RemoteCommand.of("a", "", "b c").script()).endsWith("; 'a' '' 'b c'");
  }

  @Test
  void entersTheOverlayWithOneWordInBothBranches() {
    OverlayCommand command = OverlayCommand.of(RemoteCommand.of("it's"), "8f", "/overlay");

    assertThat(command.text())
        .isEqualTo(
            "export MAGS_EXEC_ID=8f; if [ -d /overlay/bin ]; then export HOME=/root;"
                + " set -- chroot /overlay; else set --; fi; exec \"$@\" /bin/sh -l -c"
                + " 'cd \"${HOME:-/root}\" 2>/dev/null || :; it'\\''s'");
    assertThat(command.input()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"x,122000,true", "x,130000,false", "#,7,true", "☃,40000,true", "☃,50000,false"})
  void sendsThroughInputWhatNoArgumentCanHold(String letter, int count, boolean asArgument) {
    String line = letter.repeat(count);

    OverlayCommand command = OverlayCommand.of(RemoteCommand.of(line), "8f", "/overlay");

    assertThat(command.bytes().length).isLessThan(128 * 1024);
    assertThat(command.input().isEmpty()).isEqualTo(asArgument);
    if (!asArgument) {
      assertThat(command.input()).endsWith(line + "mags-end-8f");
      assertThat(command.text()).contains("bs=" + command.input().getBytes(UTF_8).length + " ");
    }
  }

  @Test
  void countsWhatQuotingAdds() {
    OverlayCommand command =
        OverlayCommand.of(RemoteCommand.of("'".repeat(40_000)), "8f", "/overlay");

    assertThat(command.bytes().length).isLessThan(128 * 1024);
    assertThat(command.input()).isNotEmpty();
  }

  @Test
  void refusesWhatNoProgramCanBeGiven() {
    assertUsage(() -> RemoteCommand.of("a\0b"), "NUL");
    assertUsage(() -> RemoteCommand.of("echo", "a\0b"), "NUL");
    assertUsage(() -> RemoteCommand.of("echo \ud83e"), "half a character");
    assertUsage(() -> new RemoteCommand(List.of("x"), Map.of("A", "\0"), null), "value of A");
    assertUsage(() -> new RemoteCommand(List.of("x"), Map.of("", "v"), null), "no name");
    assertUsage(() -> new RemoteCommand(List.of("x"), Map.of("1A", "v"), null), "'1A'");
    assertUsage(() -> new RemoteCommand(List.of("x"), Map.of("A;B", "v"), null), "'A;B'");
    assertUsage(() -> new RemoteCommand(List.of("x"), Map.of("É", "v"), null), "'É'");
    assertUsage(() -> new RemoteCommand(List.of("x"), Map.of(), "\0"), "working directory");
    assertUsage(() -> new RemoteCommand(List.of("x"), Map.of(), ""), "working directory");
  }

  @Test
  void goesToTheDirectoryAndSetsTheVariablesBeforeItRuns() {
    assertThat(new RemoteCommand(List.of("x"), Map.of("A", "it's"), "-").script())
        .isEqualTo(
            "cd \"${HOME:-/root}\" 2>/dev/null || :; CDPATH= cd -- './-' >/dev/null || exit 125;"
                + " export A='it'\\''s'; x");
    assertThat(new RemoteCommand(List.of("x"), Map.of(), "a b").script())
        .contains("cd -- 'a b' >/dev/null");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "z", "A", "Z", "_", "a0", "a9", "AZ_az09"})
  void takesEveryNameOfAVariable(String name) {
    assertThat(new RemoteCommand(List.of("x"), Map.of(name, "v"), null).script())
        .contains("export " + name + "='v'; ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "9", "a@", "a[", "a`", "a{", "a/", "a:", "a b", "a=", "-"})
  void refusesWhatIsNextToANameOfAVariable(String name) {
    assertUsage(() -> new RemoteCommand(List.of("x"), Map.of(name, "v"), null), "is no name");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\ud83e\udd8a", "\ud83e\udd8ax", "x\ud83e\udd8a\ud83e\udd8a"})
  void takesWholeCharacters(String text) {
    assertThat(RemoteCommand.of("echo", text).script()).endsWith(" '" + text + "'");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void refusesHalvesWhereverTheyAre(int kind) {
    // Not as constants of an annotation, which a class file cannot hold.
    String text = List.of("\ud83ex", "\udd8a", "\udd8a\ud83e", "\ud83e\udd8a\udd8a").get(kind);

    assertUsage(() -> RemoteCommand.of("echo", text), "half a character");
  }

  @Test
  void knowsALoginShell() {
    RemoteCommand shell = RemoteCommand.loginShell(Map.of("A", "b"), "src");

    assertThat(shell.isLoginShell()).isTrue();
    assertThat(shell.script()).contains("cd -- 'src'").contains("export A='b'").endsWith(" -l");
    assertThat(RemoteCommand.of("sh").isLoginShell()).isFalse();
    assertThat(OverlayCommand.of(shell, "8f", "/overlay").text()).contains("/bin/sh -c '");
    assertThat(OverlayCommand.ofScript("own", null, "/overlay").text())
        .startsWith("if [ -d ")
        .endsWith("/bin/sh -c 'own'");
  }

  private static void assertUsage(Runnable making, String message) {
    assertThatThrownBy(making::run)
        .isInstanceOfSatisfying(
            CliException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.USAGE))
        .hasMessageContaining(message);
  }
}
