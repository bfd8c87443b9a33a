package run.mags.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EscapeKeysTest {
  private final List<String> done = new ArrayList<>();
  private final EscapeKeys keys =
      new EscapeKeys(
          new EscapeKeys.Actions() {
            @Override
            public void leave() {
              done.add("leave");
            }

            @Override
            public void suspend() {
              done.add("suspend");
            }

            @Override
            public void listForwards() {
              done.add("list");
            }

            @Override
            public void explain() {
              done.add("explain");
            }
          });

  private String type(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    return new String(keys.filter(bytes, bytes.length), UTF_8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "ls -la\r", "a~.", "ls ~/x\r", "x~~", "größe ☃\r", "\u0003\u001a"})
  void whatBeginsNoLineWithATildeIsPassedOn(String text) {
    assertThat(type(text)).isEqualTo(text);
    assertThat(done).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"~~,~", "~~.,~.", "~/x,~/x", "~x~.,~x~."})
  void aTildeIsSentByTwoOrWithWhatFollowsIt(String typed, String sent) {
    assertThat(type(typed)).isEqualTo(sent);
    assertThat(type("\r" + typed)).isEqualTo("\r" + sent);
    assertThat(done).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"~.", "ls\r~.", "ls\n~.", "~?~."})
  void aTildeAndADotAtTheBeginningOfALineLeave(String typed) {
    type(typed + "lost");

    assertThat(done).endsWith("leave");
  }

  @Test
  void aTildeAndCtrlZSuspendAndWhatFollowsIsPassedOn() {
    assertThat(type("ls\r~\u001als\r")).isEqualTo("ls\rls\r");
    assertThat(done).containsExactly("suspend");
  }

  @Test
  void keysMayComeOneByOne() {
    StringBuilder sent = new StringBuilder();
    for (char key : "~?~#~~a\r~/\r~.".toCharArray()) {
      sent.append(type(String.valueOf(key)));
    }

    assertThat(sent).hasToString("~a\r~/\r");
    assertThat(done).containsExactly("explain", "list", "leave");
  }
}
