package run.mags.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class SettlingTest {
  private final Settling settling = new Settling(1000);
  private long arrived = 1000;

  private int roundsWith(int bytes, boolean late) {
    for (int round = 1; round < 100_000; round++) {
      arrived += bytes;
      if (settling.isOver(arrived, 50, late)) {
        return round;
      }
    }
    return -1;
  }

  @Test
  void endsAfterAlmostASecondOfQuiet() {
    assertThat(roundsWith(0, false)).isEqualTo(18);
    assertThat(settling.isFlowing()).isFalse();
  }

  @Test
  void asksSeveralTimesHoweverLongTheAnswersTake() {
    for (int round = 1; round < 5; round++) {
      assertThat(settling.isOver(arrived, 10_000, false)).isFalse();
    }
    assertThat(settling.isOver(arrived, 10_000, false)).isTrue();
  }

  @Test
  void endsSoonerWhenItIsLate() {
    assertThat(roundsWith(0, true)).isEqualTo(5);
  }

  @Test
  void beginsAnewAfterOutput() {
    for (int i = 0; i < 10; i++) {
      for (int round = 0; round < 17; round++) {
        assertThat(settling.isOver(arrived, 50, false)).isFalse();
      }
      arrived++;
      assertThat(settling.isOver(arrived, 50, false)).isFalse();
    }
    assertThat(roundsWith(0, false)).isEqualTo(18);
  }

  @Test
  void followsWhatTalksOnUntilItIsLate() {
    assertThat(roundsWith(10, false)).isEqualTo(-1);
    assertThat(settling.isOver(arrived + 10, 50, true)).isTrue();
    assertThat(settling.isFlowing()).isTrue();
  }

  @Test
  void waitsForAllThatMayBeOnItsWay() {
    assertThat(roundsWith(16 * 1024, true)).isEqualTo(-1);
    assertThat(Settling.isNewer(6 * 1024 * 1024)).isFalse();
    assertThat(Settling.isNewer(9 * 1024 * 1024)).isTrue();
  }
}
