package run.mags.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class SettlingTest {
  private final Settling settling = new Settling(1000);
  private long arrived = 1000;

  private int roundsWith(int bytes) {
    for (int round = 1; round < 100_000; round++) {
      arrived += bytes;
      if (settling.isOver(arrived)) {
        return round;
      }
    }
    return -1;
  }

  @Test
  void endsAfterSomeQuiet() {
    assertThat(roundsWith(0)).isEqualTo(5);
  }

  @Test
  void beginsAnewAfterOutput() {
    for (int i = 0; i < 10; i++) {
      assertThat(settling.isOver(arrived)).isFalse();
      assertThat(settling.isOver(arrived)).isFalse();
      arrived += 20_000;
      assertThat(settling.isOver(arrived)).isFalse();
    }
    assertThat(roundsWith(0)).isEqualTo(5);
  }

  @Test
  void doesNotListenForEverToSomethingThatTalksOn() {
    assertThat(roundsWith(10)).isEqualTo(16);
  }

  @Test
  void waitsForAllThatMayBeOnItsWay() {
    assertThat(roundsWith(16 * 1024)).isEqualTo(-1);
    assertThat(Settling.isNewer(6 * 1024 * 1024)).isFalse();
    assertThat(Settling.isNewer(9 * 1024 * 1024)).isTrue();
  }
}
