package run.mags.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.mags.local.LocalBackend;
import run.mags.local.LocalOptions;
import run.mags.local.sandbox.IsolationChoice;
import run.mags.testing.CliProcess;

/**
 * {@code mags resize} that is killed at a random moment: the files of the workspace are there every
 * time, and the same command goes on. {@code -Dmags.resizeKills=100} kills a hundred times, {@code
 * -Dmags.seed=N} at the same moments as before.
 */
class KilledResizeIT {
  private static final int KILLS = Integer.getInteger("mags.resizeKills", 8);
  private static final long SEED = Long.getLong("mags.seed", System.nanoTime());
  private static final Duration LIMIT = Duration.ofMinutes(1);

  @TempDir private Path home;
  private LocalBackend backend;
  private MagsClient mags;

  @BeforeEach
  void start() {
    backend =
        LocalBackend.start(
            LocalOptions.in(home.resolve("state")).withIsolation(IsolationChoice.PLAIN));
    mags = MagsClient.open(backend.url(), backend.token(), home);
  }

  @AfterEach
  void stop() {
    mags.close();
    backend.close();
  }

  private Process resize(int disk) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            CliProcess.image().resolve("bin/mags").toString(),
            "resize",
            "dev",
            "--disk",
            Integer.toString(disk));
    builder.environment().keySet().removeIf(name -> name.startsWith("MAGS_"));
    builder.environment().put("HOME", home.toString());
    builder.environment().put("MAGS_API_URL", backend.url().toString());
    builder.environment().put("MAGS_API_TOKEN", backend.token());
    return builder
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(home.resolve("out").toFile()))
        .start();
  }

  @Test
  void theFilesAreThereEveryTime() throws Exception {
    System.out.println("mags.seed=" + SEED + " mags.resizeKills=" + KILLS);
    Random random = new Random(SEED);
    mags.create("dev");
    assertThat(resize(10).waitFor()).as(Files.readString(home.resolve("out"))).isZero();
    long start = System.nanoTime();
    assertThat(resize(11).waitFor()).isZero();
    long whole = System.nanoTime() - start;
    StringBuilder lines = new StringBuilder();
    int cutShort = 0;

    for (int i = 0; i < KILLS; i++) {
      lines.append("before kill ").append(i).append('\n');
      mags.exec("dev", "echo before kill " + i + " >> note");
      int disk = 12 + i % 2;
      Process client = resize(disk);
      client.waitFor((long) (random.nextDouble() * whole), TimeUnit.NANOSECONDS);
      cutShort += client.isAlive() ? 1 : 0;
      client.destroyForcibly().waitFor();

      mags.resize("dev", disk).run(LIMIT);

      assertThat(mags.exec("dev", "cat note").stdout())
          .as("after kill %d", i)
          .isEqualTo(lines + "");
      assertThat(mags.list().filter(job -> !job.state().isFinal())).as("kill %d", i).hasSize(1);
      assertThat(mags.status("dev").diskGb()).isEqualTo(disk);
    }
    System.out.println("killed before its end: " + cutShort + " of " + KILLS);
  }
}
