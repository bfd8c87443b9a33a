package run.mags.command.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.mags.testing.CliProcess;

/** What signals that mags cannot handle do to it and to its child. */
class KilledRunIT {
  @TempDir Path home;

  private Process start(String... args) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(CliProcess.image().resolve("bin/mags").toString());
    builder.command().addAll(java.util.List.of(args));
    builder.environment().keySet().removeIf(name -> name.startsWith("MAGS_"));
    builder.environment().put("HOME", home.toString());
    builder.environment().put("MAGS_KEEPER", "off");
    builder.environment().put("TMPDIR", home.toString());
    return builder
        .directory(home.toFile())
        .redirectOutput(home.resolve("out").toFile())
        .redirectError(home.resolve("err").toFile())
        .start();
  }

  @Test
  void theChildEndsWithLocalRun() throws Exception {
    assumeTrue(Files.exists(Path.of("/usr/bin/setpriv")), "needs setpriv of util-linux");
    Process mags =
        start("local", "run", "--isolation", "plain", "--", "sh", "-c", "echo $$; exec sleep 987");
    String pid = "";
    while (pid.isBlank()) {
      assertThat(mags.isAlive()).isTrue();
      pid = Files.readString(home.resolve("out"));
    }
    ProcessHandle child = ProcessHandle.of(Long.parseLong(pid.strip())).orElseThrow();

    mags.destroyForcibly().waitFor();

    child.onExit().get(20, TimeUnit.SECONDS);
  }

  @Test
  void quitLeavesStdoutAlone() throws Exception {
    Process mags = start("login", "--with-token");
    while (!Files.readString(Path.of("/proc/" + mags.pid() + "/cmdline")).contains("run.mags.Main")
        || mags.toHandle().info().totalCpuDuration().orElseThrow().toMillis() < 50) {
      assertThat(mags.isAlive()).isTrue();
    }

    new ProcessBuilder("kill", "-s", "QUIT", Long.toString(mags.pid())).start().waitFor();
    mags.getOutputStream().close();
    mags.waitFor();

    assertThat(home.resolve("out")).isEmptyFile();
  }
}
