package run.mags.ssh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import run.mags.error.CliException;
import run.mags.error.ShellWord;
import run.mags.testing.Generated;

/** Texts of every kind go through real shells, quoted and wrapped, and come out the same. */
class QuotingIT {
  /** Many words at a time: a shell costs more than all that it does with them. */
  private static final int WORDS = 60;

  /** Shows each of the words that follow, and a NUL. */
  private static final String SHOW = "printf '%s\\0'";

  @TempDir private Path home;

  /** What the shell, given {@code script}, writes between NULs. */
  private List<String> shown(String shell, String script) throws Exception {
    return shown(shell, script, new byte[0]);
  }

  /** The same of a shell that finds {@code input} on its standard input. */
  private List<String> shown(String shell, String script, byte[] input) throws Exception {
    List<String> command = new ArrayList<>(List.of(shell.split(" ", -1)));
    command.addAll(List.of("-c", script));
    Path out = home.resolve("out");
    ProcessBuilder builder = new ProcessBuilder(command).directory(home.toFile());
    builder.environment().clear();
    builder.environment().putAll(Map.of("HOME", home.toString(), "PATH", "/usr/bin:/bin"));
    Process process =
        builder
            .redirectOutput(out.toFile())
            .redirectError(ProcessBuilder.Redirect.appendTo(home.resolve("err").toFile()))
            .start();
    try (OutputStream in = process.getOutputStream()) {
      in.write(input);
    }
    assertThat(process.waitFor()).as("exit code of %s", shell).isZero();
    String text = Files.readString(out, UTF_8);
    assertThat(text).endsWith("\0");
    return List.of(text.substring(0, text.length() - 1).split("\0", -1));
  }

  private static List<String> words(Random random) {
    List<String> words = new ArrayList<>();
    while (words.size() < WORDS) {
      words.add(Generated.text(random).replace("\0", ""));
    }
    return words;
  }

  @ParameterizedTest
  @ValueSource(strings = {"sh", "dash", "bash", "busybox sh"})
  void anyArgumentsArriveThroughTheWrapper(String shell) {
    Generated.every(
        15,
        random -> String.join("\0", words(random)),
        joined -> {
          List<String> words = List.of(joined.split("\0", -1));
          List<String> command = new ArrayList<>(List.of("printf", "%s\\0"));
          command.addAll(words);
          RemoteCommand remote = new RemoteCommand(command, Map.of(), null);

          assertThat(shown(shell, OverlayCommand.of(remote, "8f", "/no-overlay").text()))
              .isEqualTo(words);
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"sh", "busybox sh"})
  void anyWordsInAScriptOfOneWordArrive(String shell) {
    Generated.every(
        15,
        random -> String.join("\0", words(random)),
        joined -> {
          List<String> words = List.of(joined.split("\0", -1));
          StringBuilder script = new StringBuilder(SHOW);
          for (String word : words) {
            script.append(' ').append(RemoteCommand.quote(word));
          }
          RemoteCommand remote = RemoteCommand.of(script.toString());

          assertThat(shown(shell, OverlayCommand.of(remote, "8f", "/no-overlay").text()))
              .isEqualTo(words);
        });
  }

  @Test
  void anyVariableArrives() {
    Generated.every(
        60,
        random -> Generated.text(random).replace("\0", ""),
        value -> {
          RemoteCommand remote =
              new RemoteCommand(List.of("printf '%s\\0' \"$V\""), Map.of("V", value), null);

          OverlayCommand sent = OverlayCommand.of(remote, "8f", "/no-overlay");
          assertThat(shown("sh", sent.text(), sent.inputBytes())).containsExactly(value);
        });
  }

  @Test
  void anyWordThatWeTellSomeoneToTypeIsOneWord() {
    Generated.every(
        20,
        random -> String.join("\0", words(random)),
        joined -> {
          StringBuilder script = new StringBuilder(SHOW);
          for (String word : joined.split("\0", -1)) {
            script.append(' ').append(ShellWord.of(word));
          }

          assertThat(shown("sh", script.toString())).isEqualTo(List.of(joined.split("\0", -1)));
        });
  }

  @Test
  void halfACharacterIsRefusedBeforeAnythingIsSent() throws IOException {
    Generated.every(
        200,
        random -> Generated.text(random) + (char) (0xd800 + random.nextInt(0x800)),
        text ->
            assertThatThrownBy(() -> RemoteCommand.of("echo", text))
                .isInstanceOf(CliException.class));
  }
}
