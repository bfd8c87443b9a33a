package run.mags.ssh;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkdirMarkTest {
  private final WorkdirMark mark = new WorkdirMark("8f", "/nowhere", true);

  private String pass(boolean isError, String text) {
    byte[] bytes = ("<" + text + ">").getBytes(ISO_8859_1);
    return new String(mark.pass(isError, bytes, 1, bytes.length - 2), ISO_8859_1);
  }

  @Test
  void isFoundAndNotShown() {
    assertThat(pass(true, "before\0368f\036after")).isEqualTo("beforeafter");
    assertThat(mark.isSeen()).isTrue();
    assertThat(mark.rest()).isEmpty();
  }

  @Test
  void mayComeByteForByte() {
    StringBuilder shown = new StringBuilder();
    for (char each : "a\036\0368f\036b".toCharArray()) {
      shown.append(pass(true, String.valueOf(each)));
    }

    assertThat(shown).hasToString("a\036b");
    assertThat(mark.isSeen()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "text", "\036", "\036\036", "\0368", "\0368f", "\0368\0368f.", "8f\036"})
  void whatIsNoneIsPassedOnWhereverItIsCut(String text) {
    for (int cut = 0; cut <= text.length(); cut++) {
      WorkdirMark fresh = new WorkdirMark("8f", "/nowhere", true);
      StringBuilder shown = new StringBuilder();
      for (String part : new String[] {text.substring(0, cut), text.substring(cut)}) {
        byte[] bytes = part.getBytes(ISO_8859_1);
        shown.append(new String(fresh.pass(true, bytes, 0, bytes.length), ISO_8859_1));
      }
      shown.append(new String(fresh.rest(), ISO_8859_1));

      assertThat(shown).hasToString(text);
      assertThat(fresh.isSeen()).isFalse();
    }
  }

  @Test
  void isNoneOnTheOtherStream() {
    assertThat(pass(false, "\0368f\036")).isEqualTo("\0368f\036");
    assertThat(mark.isSeen()).isFalse();
  }
}
