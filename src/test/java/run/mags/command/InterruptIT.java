package run.mags.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import run.mags.testing.CliProcess;
import run.mags.testing.FakeApi;

/** Real signals to the launcher, in commands that wait for nothing but an answer. */
class InterruptIT {
  private static final String ID = "11111111-2222-3333-4444-555555555555";

  @TempDir private Path home;

  /** What it wrote to standard error, and how it ended, as one text. */
  private String interrupted(FakeApi api, String signal, String at, String... args)
      throws IOException, InterruptedException {
    CountDownLatch asked = new CountDownLatch(1);
    api.watchedBy(
        line -> {
          if (line.startsWith(at)) {
            asked.countDown();
          }
        });
    List<String> command = new ArrayList<>();
    command.add(CliProcess.image().resolve("bin/mags").toString());
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command).directory(home.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("MAGS_"));
    builder.environment().put("HOME", home.toString());
    builder.environment().put("MAGS_KEEPER", "off");
    builder
        .environment()
        .putAll(Map.of("MAGS_API_URL", api.url().toString(), "MAGS_API_TOKEN", "not-a-real-token"));
    Process process = builder.start();
    try {
      assertThat(asked.await(60, TimeUnit.SECONDS)).as("asked for %s", at).isTrue();
      new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
      return err + process.exitValue();
    } finally {
      process.destroyForcibly();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "INT, 130, GET, list",
    "TERM, 143, GET, pool",
    "HUP, 129, GET, usage",
    "INT, 130, GET, cron list"
  })
  void aCommandThatOnlyAsksSaysOneLine(String signal, int exitCode, String at, String command)
      throws IOException, InterruptedException {
    try (FakeApi api = new FakeApi().staysSilent()) {
      assertThat(interrupted(api, signal, at, command.split(" ")))
          .isEqualTo("error: interrupted\n" + exitCode);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "POST, stop, 'stop " + ID + "'",
    "PATCH, set --no-sleep, 'change " + ID + "'",
  })
  void oneThatChangesSomethingSaysThatNobodyKnows(String at, String command, String what)
      throws IOException, InterruptedException {
    try (FakeApi api = new FakeApi()) {
      api.answers("{\"status\":\"running\",\"vm_id\":\"vm\"}").staysSilent();

      assertThat(interrupted(api, "INT", at, (command + " " + ID).split(" ")))
          .isEqualTo(
              "error: interrupted\nhint: whether this was done is not known: " + what + "\n130");
    }
  }

  @Test
  void jsonGetsADocument() throws IOException, InterruptedException {
    try (FakeApi api = new FakeApi().staysSilent()) {
      assertThat(interrupted(api, "TERM", "GET", "list", "--json"))
          .isEqualTo(
              "{\"error\":{\"kind\":\"interrupted\",\"message\":\"interrupted\",\"hint\":null,"
                  + "\"status\":null,\"request_id\":null,\"retryable\":false}}\n143");
    }
  }
}
