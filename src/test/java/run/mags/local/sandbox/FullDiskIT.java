package run.mags.local.sandbox;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.mags.error.CliException;

/** A state directory on a file system without room: an error, not a reason for less isolation. */
class FullDiskIT {
  @TempDir Path directory;
  private Path disk;

  @BeforeEach
  void mount() throws Exception {
    assumeTrue(Root.here(), "only root can mount a small file system");
    disk = Files.createDirectory(directory.resolve("disk"));
    int exit = run("mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", disk.toString());
    if (exit != 0) {
      Files.delete(disk);
      assumeTrue(false, "no tmpfs can be mounted here");
    }
  }

  @AfterEach
  void unmount() throws Exception {
    if (disk != null && Files.exists(disk)) {
      run("umount", disk.toString());
    }
  }

  private static int run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }

  @Test
  void isolationIsNotGivenUpForIt() {
    assertThatThrownBy(() -> Sandboxes.open(disk.resolve("state"), IsolationChoice.AUTO))
        .isInstanceOf(CliException.class)
        .hasMessage(
            "cannot write to the state directory "
                + disk.resolve("state")
                + ": No space left on device");
  }
}
