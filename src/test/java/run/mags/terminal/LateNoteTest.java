package run.mags.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import run.mags.testing.FakeTerminal;

@Timeout(20)
final class LateNoteTest {
  private final FakeTerminal terminal = new FakeTerminal("");

  private Output output(boolean json, boolean quiet) {
    return new Output(terminal, json, quiet, new Style(false));
  }

  private String awaitNote() {
    while (!terminal.err().toString().endsWith("\n")) {
      Thread.onSpinWait();
    }
    return terminal.err().toString();
  }

  @Test
  void isSaidWhileTheWorkGoesOn() {
    String seen =
        LateNote.during(
            output(false, false), () -> "waiting", Duration.ofMillis(1), this::awaitNote);

    assertThat(seen).isEqualTo("waiting\n");
  }

  @Test
  void isNotSaidOfQuickWork() {
    assertThat(
            LateNote.during(
                output(false, false), () -> "waiting", Duration.ofDays(1), () -> "done"))
        .isEqualTo("done");
    assertThat(terminal.err()).hasToString("");
  }

  @Test
  void isNotSaidWhereNotesAreNotWanted() {
    Thread before = Thread.currentThread();
    for (Output unwanted : new Output[] {output(true, false), output(false, true)}) {
      Thread at = LateNote.during(unwanted, () -> "waiting", Duration.ZERO, Thread::currentThread);
      assertThat(at).isSameAs(before);
    }
    assertThat(terminal.err()).hasToString("");
  }
}
