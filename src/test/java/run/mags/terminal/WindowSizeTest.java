package run.mags.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WindowSizeTest {
  @Test
  void rowsComeFirst() {
    assertThat(WindowSize.parse("30 100\n")).isEqualTo(new WindowSize(100, 30));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0 0", "30", "a b", "30 100 1", "-1 80", "30 70000"})
  void isTheUsualOneWhereNoneIsTold(String printed) {
    assertThat(WindowSize.parse(printed)).isEqualTo(new WindowSize(80, 24));
  }
}
