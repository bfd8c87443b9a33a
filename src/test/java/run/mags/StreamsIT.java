package run.mags;

import static run.mags.testing.CliResultAssert.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.mags.testing.CliProcess;
import run.mags.testing.CliResult;

/** The launcher with standard streams that are closed or full. */
class StreamsIT {
  @TempDir private Path home;

  private CliResult shell(String command) throws IOException, InterruptedException {
    Map<String, String> env = new HashMap<>(System.getenv());
    env.keySet().removeIf(name -> name.startsWith("MAGS_"));
    env.put("HOME", home.toString());
    env.put("mags", CliProcess.image().resolve("bin/mags").toString());
    return new CliProcess("/bin/sh", "-c").run(List.of(command), new byte[0], env, home);
  }

  @Test
  void aClosedStdinIsAnEmptyOne() throws IOException, InterruptedException {
    assertThat(shell("\"$mags\" login --with-token <&-"))
        .exits(2)
        .warnsMatch("^error: no token was given$");
  }

  @Test
  void aFullDiskIsSaidAndFails() throws IOException, InterruptedException {
    for (String args : List.of("--version", "--help", "help run")) {
      assertThat(shell("\"$mags\" " + args + " >/dev/full"))
          .exits(1)
          .warns("error: cannot write to standard output: No space left on device\n");
    }
  }
}
