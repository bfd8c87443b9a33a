package run.mags.local.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class LifelineTest {
  private final AtomicInteger cleanups = new AtomicInteger();

  @Test
  void endsTheProcessByClosingItsInput() throws Exception {
    Lifeline lifeline = start("echo ready 42; cat");
    assertThat(lifeline.pid()).isEqualTo(42);
    assertThat(lifeline.holds()).isTrue();

    lifeline.close();
    lifeline.close();

    assertThat(lifeline.holds()).isFalse();
    assertThat(lifeline.ended()).isCompleted();
    assertThat(cleanups).hasValue(1);
  }

  @Test
  void cleansUpWhenTheProcessEndsByItself() throws Exception {
    Lifeline lifeline = start("echo ready 42; exit 1");

    lifeline.ended().get(10, TimeUnit.SECONDS);

    assertThat(cleanups).hasValue(1);
  }

  /** The thread that tells of the end may be the only one there is for all processes. */
  @Test
  void cleansUpWithoutKeepingTheEndsOfOtherProcessesWaiting() throws Exception {
    CompletableFuture<Boolean> inTheCommonPool = new CompletableFuture<>();
    var unused =
        Lifeline.start(
            new ProcessBuilder("/bin/sh", "-c", "echo ready 42; sleep 0.05"),
            core -> inTheCommonPool.complete(ForkJoinTask.inForkJoinPool()));

    assertThat(inTheCommonPool.get(10, TimeUnit.SECONDS)).isFalse();
  }

  @Test
  void tellsTheFirstComplaint() {
    assertThatThrownBy(
            () -> start("echo; echo 'mount: no.' >&2; echo '   see dmesg'; echo 'then: x'; exit 1"))
        .isInstanceOf(IOException.class)
        .hasMessage("mount: no");
    assertThatThrownBy(() -> start("exit 1")).hasMessage("it ended without a word");
    assertThat(cleanups).hasValue(0);
  }

  @Test
  @Timeout(20)
  void isNotHeldUpByWhatAFailedProcessHasLeftBehind() {
    ProcessBuilder leaves =
        new ProcessBuilder("setsid", "/bin/sh", "-c", "echo no; sleep 1000 & exit 1");

    assertThatThrownBy(() -> Lifeline.start(leaves, core -> cleanups.incrementAndGet()))
        .isInstanceOf(IOException.class)
        .hasMessage("no");
  }

  @Test
  void closesEvenInAnInterruptedThread() throws Exception {
    Lifeline lifeline = start("echo ready 42; cat; sleep 0.05");
    Thread.currentThread().interrupt();

    lifeline.close();

    assertThat(Thread.interrupted()).isTrue();
    assertThat(lifeline.holds()).isFalse();
  }

  private Lifeline start(String script) throws IOException {
    return Lifeline.start(
        new ProcessBuilder("/bin/sh", "-c", script), core -> cleanups.incrementAndGet());
  }
}
