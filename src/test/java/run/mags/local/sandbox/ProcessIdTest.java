package run.mags.local.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ProcessIdTest {
  @Test
  void readsTheKernelsLine() {
    assertThat(
            ProcessId.of(
                "77 (a) b (c) S 1 77 77 0 -1 4194560 10 0 0 0 1 2 3 4 20 0 1 0 4711 1 2 3\n"))
        .isEqualTo(new ProcessId(77, 4711));
    assertThat(ProcessId.of("77\n")).isEqualTo(new ProcessId(77, 0));
  }

  @Test
  void tellsAProcessFromItsSuccessorOfTheSameId() throws Exception {
    assumeTrue(Files.exists(Path.of("/proc/self/stat")), "SKIPPED: no /proc");
    Process process = new ProcessBuilder("sleep", "1000").start();
    ProcessId id =
        ProcessId.of(Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat")));

    assertThat(id.runs()).isTrue();
    assertThat(id.awaitEnd(1)).isFalse();
    assertThat(new ProcessId(id.pid(), id.start() - 1).runs()).isFalse();
    process.destroyForcibly();
    assertThat(id.awaitEnd(10_000)).isTrue();
  }
}
