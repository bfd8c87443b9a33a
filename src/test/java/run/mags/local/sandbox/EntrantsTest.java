package run.mags.local.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EntrantsTest {
  @TempDir Path directory;

  @Test
  void waitsForThoseWhoEnteredThisSandbox() throws Exception {
    // Only the arguments count. This cat reads from a pipe that nobody writes to.
    Path program = directory.resolve("nsenter");
    Files.createSymbolicLink(program, Path.of("/bin/cat").toRealPath());
    Path pipe = directory.resolve("99000001");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    Process entrant =
        new ProcessBuilder(program.toString(), "-t", "99000001")
            .directory(directory.toFile())
            .start();
    assertThat(SandboxFixture.there(program + "\0-t", 1)).isTrue();

    Entrants.awaitEnd(new ProcessId(99000002, 0));
    CompletableFuture<Void> waiting =
        CompletableFuture.runAsync(() -> Entrants.awaitEnd(new ProcessId(99000001, 0)));
    assertThatThrownBy(() -> waiting.get(20, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);
    entrant.destroyForcibly();

    waiting.get(10, TimeUnit.SECONDS);
    Files.delete(program);
  }
}
