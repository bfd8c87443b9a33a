package run.mags.local.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class IsolationChoiceTest {
  @Test
  void knowsItsWords() {
    assertThat(IsolationChoice.of("auto")).contains(IsolationChoice.AUTO);
    assertThat(IsolationChoice.of("ns")).contains(IsolationChoice.NS);
    assertThat(IsolationChoice.of("flat")).contains(IsolationChoice.FLAT);
    assertThat(IsolationChoice.of("plain")).contains(IsolationChoice.PLAIN);
    assertThat(IsolationChoice.of("Plain")).isEmpty();
    assertThat(IsolationChoice.of("")).isEmpty();
  }
}
