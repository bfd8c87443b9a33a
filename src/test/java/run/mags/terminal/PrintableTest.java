package run.mags.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrintableTest {
  @Test
  void leavesOrdinaryTextAlone() {
    assertThat(Printable.line("grün 日本 😀 a-b_c")).isEqualTo("grün 日本 😀 a-b_c");
    assertThat(Printable.line(null)).isEmpty();
  }

  @Test
  void showsControlCharacters() {
    assertThat(Printable.line("a\u001b[2Jb\rc\nd\te\u0000\u009bf"))
        .isEqualTo("a\\x1b[2Jb\\x0dc\\x0ad\\x09e\\x00\\x9bf");
  }

  @Test
  void showsWhatTurnsTextAround() {
    assertThat(Printable.line("a\u202eb\u2066c")).isEqualTo("a\\u202eb\\u2066c");
  }

  @Test
  void keepsLineEndsOfTexts() {
    assertThat(Printable.text("a\nb\u001b\n")).isEqualTo("a\nb\\x1b\n");
  }
}
