package run.mags.ssh;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
final class OutputQueueTest {
  private final OutputQueue queue = new OutputQueue();

  private void add(boolean isError, String text) {
    byte[] bytes = ("--" + text + "--").getBytes(US_ASCII);
    queue.add(isError, bytes, 2, bytes.length - 4);
  }

  private String take() throws InterruptedException {
    OutputQueue.Piece piece = queue.take();
    return piece == null
        ? null
        : (piece.isError ? "err " : "out ") + new String(piece.bytes, 0, piece.length, US_ASCII);
  }

  @Test
  void keepsTheOrderOfBothStreamsAndJoinsWhatBelongsTogether() throws Exception {
    add(false, "one ");
    add(false, "two ");
    add(true, "three ");
    add(false, "four ");
    queue.end();

    assertThat(take()).isEqualTo("out one two ");
    assertThat(take()).isEqualTo("err three ");
    assertThat(take()).isEqualTo("out four ");
    assertThat(take()).isNull();
  }

  @Test
  void addsNothingToAPieceThatWasTaken() throws Exception {
    add(false, "one");
    OutputQueue.Piece taken = queue.take();
    add(false, "two");

    assertThat(taken.length).isEqualTo(3);
    assertThat(take()).isEqualTo("out two");
  }

  @Test
  void waitsForWhatComes() throws Exception {
    FutureTask<String> taking = new FutureTask<>(this::take);
    Thread taker = new Thread(taking);
    taker.start();
    while (taker.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    add(true, "late");

    assertThat(taking.get()).isEqualTo("err late");
  }

  @Test
  void doesNotGrowWithTheNumberOfPieces() throws Exception {
    for (int i = 0; i < 100_000; i++) {
      add(i % 2 == 0, Integer.toString(i % 10));
    }
    queue.end();
    StringBuilder out = new StringBuilder();
    StringBuilder err = new StringBuilder();
    int pieces = 0;
    for (OutputQueue.Piece piece = queue.take(); piece != null; piece = queue.take()) {
      (piece.isError ? err : out).append(new String(piece.bytes, 0, piece.length, US_ASCII));
      pieces++;
    }

    assertThat(pieces).isLessThan(2000);
    assertThat(err).hasToString("02468".repeat(10_000));
    assertThat(out).hasToString("13579".repeat(10_000));
  }
}
