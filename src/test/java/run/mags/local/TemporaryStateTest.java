package run.mags.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
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

  @Test
  void oneThatDiedBeforeItWasToldOfGoesAfterAWhile() throws IOException {
    Path old = Files.createDirectory(directory.resolve("mags-local-old"));
    Files.createFile(old.resolve(StateDirectory.LOCK));
    Path foreign = Files.createDirectory(directory.resolve("mags-local-foreign"));
    for (Path state : List.of(old, foreign)) {
      Files.setLastModifiedTime(state, FileTime.from(Instant.now().minus(Duration.ofMinutes(11))));
    }

    TemporaryState.removeLeftovers(directory);

    assertThat(old).doesNotExist();
    assertThat(foreign).exists();
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
            "host",
            IdleWatch.STANDARD,
            null,
            state,
            null));
    return state;
  }
}
