package run.mags.local.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessTableTest {
  @TempDir Path directory;

  @Test
  void knowsParentsAlsoWithoutProc() throws Exception {
    Process child = new ProcessBuilder("sleep", "1000").start();
    try {
      long self = ProcessHandle.current().pid();

      assertThat(ProcessTable.read().entries().get(child.pid()).parent()).isEqualTo(self);
      assertThat(ProcessTable.fromJava().entries().get(child.pid()))
          .isEqualTo(new ProcessTable.Entry(self, 0));
    } finally {
      child.destroyForcibly();
    }
  }

  @Test
  void readsAroundOddProgramNames() throws Exception {
    Path odd = directory.resolve("a) Z 1 (b");
    Files.createSymbolicLink(odd, Path.of("/bin/sleep").toRealPath());
    Process child = new ProcessBuilder(odd.toString(), "1000").start();
    try {
      assertThat(ProcessTable.read().entries().get(child.pid()).parent())
          .isEqualTo(ProcessHandle.current().pid());
    } finally {
      child.destroyForcibly();
      Files.delete(odd);
    }
  }
}
