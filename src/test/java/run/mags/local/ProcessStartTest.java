package run.mags.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class ProcessStartTest {
  @Test
  void twoProcessesAreToldApartAndOneIsTheSameAlways() throws IOException {
    ProcessHandle own = ProcessHandle.current();
    Process child = new ProcessBuilder("sleep", "600").start();
    try {
      long start = ProcessStart.of(child.toHandle());

      assertThat(ProcessStart.of(own)).isPositive().isEqualTo(ProcessStart.of(own));
      assertThat(ProcessStart.same(start, ProcessStart.of(child.toHandle()))).isTrue();
      assertThat(ProcessStart.same(start, start + 60_000)).isFalse();
      assertThat(ProcessStart.same(start, 0)).isTrue();
    } finally {
      child.destroyForcibly();
    }
  }
}
