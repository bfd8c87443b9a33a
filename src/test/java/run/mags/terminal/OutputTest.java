package run.mags.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.junit.jupiter.api.Test;
import run.mags.testing.FakeTerminal;

class OutputTest {
  private final FakeTerminal terminal = new FakeTerminal("");

  private Output output(boolean json, boolean quiet) {
    return new Output(terminal, json, quiet, new Style(false));
  }

  @Test
  void showsTextOrJson() {
    output(false, false).show(() -> "{}", () -> "text");
    output(true, false).show(() -> "{}", () -> "text");
    output(false, false).show(() -> "{}", () -> "");

    assertThat(terminal.out()).hasToString("text\n{}\n");
  }

  @Test
  void keepsNotesOffStdoutAndOutOfQuiet() {
    output(false, false).note("heard");
    output(false, true).note("unheard");
    output(false, true).error("always");

    assertThat(terminal.out()).hasToString("");
    assertThat(terminal.err()).hasToString("heard\nalways\n");
  }

  @Test
  void tellsAGoneReaderFromAFullDisk() {
    assertThatThrownBy(() -> failing("Broken pipe").show(() -> "", () -> "x"))
        .isInstanceOfSatisfying(
            OutputException.class, thrown -> assertThat(thrown.readerGone()).isTrue());
    assertThatThrownBy(() -> failing("No space left on device").show(() -> "", () -> "x"))
        .isInstanceOfSatisfying(
            OutputException.class, thrown -> assertThat(thrown.readerGone()).isFalse());
  }

  private static Output failing(String reason) {
    OutputStream broken =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException(reason);
          }
        };
    FakeTerminal terminal =
        new FakeTerminal("") {
          @Override
          public OutputStream out() {
            return broken;
          }
        };
    return new Output(terminal, false, false, new Style(false));
  }

  @Test
  void passesBytesUntouched() {
    byte[] bytes = {0, (byte) 0xff, 27, 10};

    Output output = output(false, false);
    output.write(bytes);
    output.flush();

    assertThat(((ByteArrayOutputStream) terminal.out()).toByteArray()).isEqualTo(bytes);
  }
}
