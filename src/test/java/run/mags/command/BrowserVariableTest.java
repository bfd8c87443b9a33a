package run.mags.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Which commands a BROWSER variable stands for. */
@DisabledOnOs(OS.WINDOWS)
class BrowserVariableTest {
  private static final String URL = "https://s.example/?q=%s";

  @Test
  void addsThePageToTheWords() {
    assertThat(Browser.chosen("no-such-browser  --new-window", URL))
        .containsExactly(List.of("no-such-browser", "--new-window", URL));
  }

  @Test
  void putsThePageWhereItBelongs() {
    assertThat(Browser.chosen("sh -c show:no-such-browser --url=%s -x::", URL))
        .containsExactly(
            List.of("sh", "-c", "show", URL), List.of("no-such-browser", "--url=" + URL, "-x"));
  }

  @Test
  void takesAProgramThatIsThereAsItIs() {
    assertThat(Browser.chosen("/bin/sh", URL)).containsExactly(List.of("/bin/sh", URL));
  }
}
