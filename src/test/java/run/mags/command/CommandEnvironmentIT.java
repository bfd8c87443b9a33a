package run.mags.command;

import static org.assertj.core.api.Assertions.assertThat;
import static run.mags.testing.CliResultAssert.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import run.mags.local.LocalBackend;
import run.mags.local.LocalOptions;
import run.mags.testing.CliResult;
import run.mags.testing.FakeTerminal;
import run.mags.testing.MagsCli;

/** What is given to a command with {@code --env}, and who can see it. */
@Timeout(120)
class CommandEnvironmentIT {
  private final String value = "it's a 'value' $HOME\n" + UUID.randomUUID();
  private final String seconds = "1000." + (UUID.randomUUID().getMostSignificantBits() >>> 1);

  @TempDir private Path directory;
  private LocalBackend backend;
  private MagsCli mags;

  @BeforeEach
  void start() {
    backend = LocalBackend.start(LocalOptions.in(directory.resolve("state")).leavingNothing());
    mags = mags();
    assertThat(mags.run("new", "dev")).exits(0);
  }

  private MagsCli mags() {
    return new MagsCli(directory)
        .env("MAGS_API_URL", backend.url().toString())
        .env("MAGS_API_TOKEN", backend.token());
  }

  @AfterEach
  void stop() {
    backend.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--no-stdin", "-t", "-d"})
  void itIsInNoProcessList(String how) throws Exception {
    CompletableFuture<CliResult> running = new CompletableFuture<>();
    String command = "printf %s \"$SECRET\" >seen; sleep " + seconds;
    Thread runner =
        new Thread(
            () ->
                running.complete(
                    mags().run("exec", how, "--env", "SECRET=" + value, "dev", command)));
    runner.start();

    awaitSleep();
    List<String> all = commandLines();

    assertThat(all).anyMatch(line -> line.contains(seconds));
    assertThat(all).noneMatch(line -> line.contains(value.substring(value.length() - 36)));
    assertThat(mags.run("exec", "dev", "cat seen; ls .mags 2>/dev/null | grep ^env-"))
        .prints(value);
    assertThat(mags.run("stop", "--wait", "dev")).exits(0);
    running.get(30, TimeUnit.SECONDS);
  }

  @Test
  void itArrivesBesideInput() {
    assertThat(
            mags.terminal(new FakeTerminal("one\ntwo\n"))
                .run("exec", "--env", "SECRET=" + value, "dev", "printf '%s\\n' \"$SECRET\"; cat"))
        .exits(0)
        .prints(value + "\none\ntwo\n");
  }

  private void awaitSleep() throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (commandLines().stream().noneMatch(line -> line.startsWith("sleep\0" + seconds))) {
      assertThat(System.nanoTime()).as("the command begins").isLessThan(end);
      Thread.sleep(10);
    }
  }

  private static List<String> commandLines() throws IOException {
    List<String> lines = new ArrayList<>();
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      for (Path process : processes.toList()) {
        Path line = process.resolve("cmdline");
        try {
          if (Character.isDigit(process.getFileName().toString().charAt(0))) {
            lines.add(Files.readString(line, StandardCharsets.ISO_8859_1));
          }
        } catch (IOException gone) {
          // It has ended meanwhile.
        }
      }
    }
    return lines;
  }
}
