package run.mags.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of backends that were killed. */
class TemporaryStateTest {
  @TempDir Path directory;

  @Test
  void onlyThatOfADeadBackendIsRemoved() throws Exception {
    Process dead = new ProcessBuilder("true").start();
    dead.waitFor();
    Path left = state("mags-local-left", dead.pid());
    Path live = state("mags-local-live", ProcessHandle.current().pid());
    Path foreign = state("other-left", dead.pid());
    Path starting = Files.createDirectory(directory.resolve("mags-local-starting"));

    TemporaryState.removeLeftovers(directory);

    assertThat(left).doesNotExist();
    assertThat(live).exists();
    assertThat(foreign).exists();
    assertThat(starting).exists();
  }

  private Path state(String name, long pid) throws IOException {
    Path state = Files.createDirectory(directory.resolve(name));
    ServerFile.write(
        state,
        new RunningBackend(
            URI.create("http://127.0.0.1:1"),
            "t",
            pid,
            0,
            "1",
            "plain",
            IdleWatch.STANDARD,
            null,
            state,
            null));
    return state;
  }
}
