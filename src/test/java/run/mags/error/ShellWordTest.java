package run.mags.error;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShellWordTest {
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "dev-1.a/b, dev-1.a/b",
        "two words, 'two words'",
        "it's, 'it'\\''s'",
        "\"\", ''",
        "ü, 'ü'"
      })
  void isWhatAShellTakesForOneWord(String text, String word) {
    assertThat(ShellWord.of(text)).isEqualTo(word);
  }
}
