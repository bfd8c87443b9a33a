package run.mags;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.mags.api.model.Json;
import run.mags.client.MagsClient;
import run.mags.local.LocalBackend;
import run.mags.local.LocalOptions;
import run.mags.local.sandbox.IsolationChoice;
import run.mags.testing.CliProcess;
import run.mags.testing.CliResult;

/** Fifty processes that share one configuration and one directory of remembered ways. */
class ManyAtOnceIT {
  private static final int MANY = 50;

  @TempDir private Path home;
  private LocalBackend backend;
  private final Map<String, String> env = new HashMap<>();

  @BeforeEach
  void start() {
    backend =
        LocalBackend.start(
            LocalOptions.in(home.resolve("state")).withIsolation(IsolationChoice.PLAIN));
    env.put("HOME", home.toString());
    env.put("PATH", System.getenv("PATH"));
    env.put("JAVA_HOME", System.getProperty("java.home"));
    env.put("MAGS_API_URL", backend.url().toString());
  }

  @AfterEach
  void stop() {
    backend.close();
  }

  private CliResult mags(byte[] stdin, String... args) throws IOException, InterruptedException {
    return CliProcess.launcher().run(List.of(args), stdin, env, home);
  }

  private static List<CliResult> together(List<Callable<CliResult>> runs) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(runs.size());
    try {
      List<CliResult> results = new ArrayList<>();
      for (Future<CliResult> run : threads.invokeAll(runs)) {
        results.add(run.get());
      }
      return results;
    } finally {
      threads.shutdown();
      assertThat(threads.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
    }
  }

  @Test
  void nobodyLosesItsLoginOrItsWayOrReadsHalfAFile() throws Exception {
    try (MagsClient client = MagsClient.open(backend.url(), backend.token(), home)) {
      client.create("dev");
    }
    byte[] token = backend.token().getBytes(StandardCharsets.UTF_8);
    Path config = home.resolve(".mags/config.json");
    Files.createDirectories(config.getParent());
    Files.writeString(config, "{\"kept\":\"by a newer mags\"}");
    assertThat(mags(token, "login", "--with-token").exitCode()).isZero();

    List<Callable<CliResult>> runs = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      String number = Integer.toString(i);
      runs.add(
          i % 5 == 0
              ? () -> mags(token, "login", "--with-token")
              : () -> mags(new byte[0], "exec", "dev", "echo " + number));
    }
    List<CliResult> results = together(runs);

    for (int i = 0; i < MANY; i++) {
      assertThat(results.get(i).exitCode()).as("%d: %s", i, results.get(i)).isZero();
      if (i % 5 != 0) {
        assertThat(results.get(i).out()).isEqualTo(i + "\n");
      }
    }
    assertThat(Json.read(Files.readString(config)).path("kept").asText()).startsWith("by a newer");
    assertThat(Json.read(Files.readString(config)).path("api_token").asText())
        .isEqualTo(backend.token());
    assertNothingLeftOver();
  }

  @Test
  void loginAgainstLogoutEndsAsOneOfThem() throws Exception {
    byte[] token = backend.token().getBytes(StandardCharsets.UTF_8);
    Path config = home.resolve(".mags/config.json");
    List<Callable<CliResult>> runs = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      runs.add(() -> mags(token, "login", "--with-token"));
      runs.add(() -> mags(new byte[0], "logout"));
    }

    for (CliResult result : together(runs)) {
      assertThat(result.exitCode()).as("%s", result).isZero();
    }

    assertThat(Json.read(Files.readString(config)).isObject()).isTrue();
    assertNothingLeftOver();
    assertThat(mags(token, "login", "--with-token").exitCode()).isZero();
    assertThat(mags(new byte[0], "list").exitCode()).isZero();
    assertThat(mags(new byte[0], "logout").exitCode()).isZero();
    assertThat(mags(new byte[0], "list").exitCode()).isEqualTo(4);
  }

  /** No temporary file of anybody, and no file that others may read. */
  private void assertNothingLeftOver() throws IOException {
    try (Stream<Path> files = Files.walk(home.resolve(".mags"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(file.getFileName().toString())
            .matches("config\\.json|known_hosts|[^.].*\\.way|.*lock");
        assertThat(Files.getPosixFilePermissions(file)).hasSizeLessThanOrEqualTo(2);
      }
    }
  }
}
