package run.mags;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.mags.client.MagsClient;
import run.mags.local.LocalBackend;
import run.mags.local.LocalOptions;
import run.mags.local.sandbox.IsolationChoice;
import run.mags.testing.CliProcess;
import run.mags.testing.CliResult;
import run.mags.testing.FakeApi;
import run.mags.testing.KeeperProcess;

/**
 * What a command loads: classes are most of a cold start, and unlike milliseconds they can be
 * counted. Those in the archive that every JDK brings along cost next to nothing and are left out:
 * the rest are nearly the same on every JDK (45 on 17, 51 on 25 for --version).
 */
class LoadedClassesIT {
  /** Seen: see the test; half of them are Java's for Unix sockets and random numbers. */
  private static final int MOST_OF_A_RELAY = 400;

  @TempDir private Path home;

  private List<String> loadedBy(Map<String, String> more, String... args)
      throws IOException, InterruptedException {
    Path log = home.resolve("classes.log");
    run(log, more, args);
    return classes(log);
  }

  private void run(Path option, Map<String, String> more, String... args)
      throws IOException, InterruptedException {
    Map<String, String> env = new HashMap<>(System.getenv());
    env.keySet().removeIf(name -> name.startsWith("MAGS_"));
    env.put("HOME", home.toString());
    // The image's own Java would take all classes of its cache in at once.
    env.put("MAGS_JAVA", Path.of(System.getProperty("java.home"), "bin", "java").toString());
    env.put("MAGS_JAVA_OPTS", "-Xlog:class+load:file=" + option);
    env.putAll(more);
    CliProcess.launcher().run(List.of(args), new byte[0], env, home);
  }

  private static List<String> classes(Path log) throws IOException {
    return Files.readAllLines(log).stream()
        .filter(line -> line.contains(" source: "))
        .map(line -> line.replaceFirst("^(\\[[^]]*])+ ", ""))
        .filter(line -> !line.contains(" source: shared objects file") || !isJavas(line))
        .map(line -> line.replaceFirst(" .*", ""))
        .toList();
  }

  /** Those of Java itself that come from an archive cost next to nothing. */
  private static boolean isJavas(String line) {
    return Stream.of("java.", "javax.", "jdk.", "sun.", "com.sun.").anyMatch(line::startsWith);
  }

  /**
   * A command, the most classes that it may load, and the requests that it sends. The budgets are a
   * tenth above what was counted on Java 17 and 25.
   */
  private record Budget(List<String> args, int classes, List<String> requests) {}

  /** Against a real backend; each command knows only what those before it have left behind. */
  @Test
  void commandsKeepToTheirBudgets() throws IOException, InterruptedException {
    String jobs = "GET /mags-jobs?page=1&page_size=50";
    List<Budget> budgets =
        List.of(
            new Budget(List.of("list"), 870, List.of(jobs)),
            new Budget(List.of("status", "box"), 870, List.of(jobs, "GET /mags-jobs/ID/status")),
            new Budget(List.of("logs", "box"), 870, List.of(jobs, "GET /mags-jobs/ID/logs")),
            new Budget(
                List.of("exec", "box", "true"), 2030, List.of(jobs, "POST /mags-jobs/ID/access")),
            new Budget(List.of("exec", "box", "true"), 1840, List.of()));
    LocalOptions options =
        LocalOptions.in(home.resolve("state")).withIsolation(IsolationChoice.PLAIN);
    try (LocalBackend backend = LocalBackend.start(options)) {
      Map<String, String> env = reaching(backend);
      try (MagsClient mags =
          MagsClient.open(backend.url(), backend.token(), home.resolve("other"))) {
        mags.create("box");
      }
      for (Budget budget : budgets) {
        assertThat(loadedBy(env, budget.args().toArray(new String[0])))
            .as("classes of %s", budget.args())
            .hasSizeLessThan(budget.classes());
        if (budget.requests().isEmpty() || !budget.args().get(0).equals("exec")) {
          assertThat(requestsOf(env, budget.args())).isEqualTo(budget.requests());
        } else {
          // That was the first one; only one that knows nothing asks the API.
          Map<String, String> fresh = new HashMap<>(env);
          fresh.put("XDG_RUNTIME_DIR", Files.createDirectory(home.resolve("fresh")).toString());
          assertThat(requestsOf(fresh, budget.args())).isEqualTo(budget.requests());
        }
      }
    }
  }

  /** Which looks a run takes depends on the machine; what it loads and how it begins does not. */
  @Test
  void runLooksAtOnceAndKeepsToItsBudget() throws IOException, InterruptedException {
    LocalOptions options =
        LocalOptions.in(home.resolve("state")).withIsolation(IsolationChoice.PLAIN);
    try (LocalBackend backend = LocalBackend.start(options)) {
      Map<String, String> env = reaching(backend);

      assertThat(loadedBy(env, "run", "true")).hasSizeLessThan(970);
      List<String> requests = requestsOf(env, List.of("run", "true"));

      assertThat(requests).startsWith("POST /mags-jobs", "GET /mags-jobs/ID/status");
      assertThat(requests.get(requests.size() - 1)).isEqualTo("GET /mags-jobs/ID/logs");
    }
  }

  private Map<String, String> reaching(LocalBackend backend) throws IOException {
    return Map.of(
        "MAGS_API_URL", backend.url().toString(),
        "MAGS_API_TOKEN", backend.token(),
        "MAGS_KEEPER", "off",
        "XDG_RUNTIME_DIR", Files.createDirectories(home.resolve("run")).toString());
  }

  private List<String> requestsOf(Map<String, String> more, List<String> args)
      throws IOException, InterruptedException {
    Map<String, String> env = new HashMap<>(more);
    env.put("HOME", home.toString());
    env.put("PATH", System.getenv("PATH"));
    List<String> words = new ArrayList<>(List.of("--debug"));
    words.addAll(args);
    CliResult result = CliProcess.launcher().run(words, new byte[0], env, home);
    assertThat(result.exitCode()).isZero();
    return result
        .err()
        .lines()
        .filter(line -> line.startsWith("debug: > "))
        .map(
            line ->
                line.substring("debug: > ".length())
                    .replaceFirst("http://[^/]*/api/v1", "")
                    .replaceFirst("mags-jobs/[0-9a-f-]{36}", "mags-jobs/ID"))
        .toList();
  }

  @Test
  void versionLoadsAlmostNothing() throws IOException, InterruptedException {
    List<String> classes = loadedBy(Map.of(), "--version");

    assertThat(classes).contains("run.mags.Mags");
    assertThat(classes)
        .noneMatch(name -> name.startsWith("picocli."))
        .noneMatch(name -> name.startsWith("okhttp3."))
        .noneMatch(name -> name.startsWith("com.fasterxml."))
        .noneMatch(name -> name.startsWith("org.apache.sshd."))
        .noneMatch(name -> name.startsWith("run.mags.") && name.contains("$$Lambda"))
        .noneMatch(name -> name.startsWith("run.mags.api."));
    assertThat(classes).hasSizeLessThan(60);
  }

  @Test
  void helpLoadsNoParserAndNoCommand() throws IOException, InterruptedException {
    List<String> classes = loadedBy(Map.of(), "cron", "add", "--help");

    assertThat(classes)
        .noneMatch(name -> name.startsWith("picocli."))
        .noneMatch(name -> name.startsWith("okhttp3."))
        .noneMatch(name -> name.startsWith("run.mags.command.cron."));
    assertThat(classes).hasSizeLessThan(80);
  }

  @Test
  void listLoadsNoSshAndNoOtherCommand() throws IOException, InterruptedException {
    try (FakeApi api = new FakeApi()) {
      api.answers("{\"jobs\":[],\"total\":0}");
      Map<String, String> env =
          Map.of("MAGS_API_URL", api.url().toString(), "MAGS_API_TOKEN", "not-a-real-token");

      List<String> classes = loadedBy(env, "list");

      assertThat(api.requests()).hasSize(1);
      assertThat(classes)
          .contains("run.mags.command.ListCommand")
          .noneMatch(name -> name.startsWith("org.apache.sshd."))
          .noneMatch(name -> name.startsWith("run.mags.ssh."))
          .noneMatch(name -> name.startsWith("run.mags.local."))
          .noneMatch(name -> name.equals("run.mags.command.RunCommand"));
    }
  }

  /** Handing a call over has to cost less than half of doing it. */
  @Test
  void aCallThatAKeeperRunsLoadsLittle() throws IOException, InterruptedException {
    try (FakeApi api = new FakeApi()) {
      api.otherwise(call -> "{\"jobs\":[],\"total\":0}");
      Map<String, String> env =
          Map.of(
              "MAGS_API_URL",
              api.url().toString(),
              "MAGS_API_TOKEN",
              "not-a-real-token",
              "MAGS_KEEPER",
              "",
              "XDG_RUNTIME_DIR",
              home.resolve("run").toString());
      // The keeper gets the same options for Java, and writes a log of its own.
      Path option = home.resolve("classes-%p.log");
      run(option, env, "list");
      try (KeeperProcess keeper = KeeperProcess.awaitIn(home.resolve("run"))) {
        assertThat(keeper.process().isAlive()).isTrue();
        for (Path log : logs()) {
          Files.delete(log);
        }

        run(option, env, "list");

        assertThat(api.requests()).hasSize(2);
        assertThat(logs()).hasSize(1);
        List<String> classes = classes(logs().get(0));
        assertThat(classes)
            .contains("run.mags.keeper.Relay")
            .noneMatch(name -> name.startsWith("picocli."))
            .noneMatch(name -> name.startsWith("okhttp3."))
            .noneMatch(name -> name.startsWith("com.fasterxml."))
            .noneMatch(name -> name.startsWith("run.mags.") && name.contains("$$Lambda"))
            .noneMatch(name -> name.startsWith("run.mags.keeper.Keeper$"));
        assertThat(classes).hasSizeLessThan(MOST_OF_A_RELAY);
      }
    }
  }

  private List<Path> logs() throws IOException {
    try (Stream<Path> files = Files.list(home)) {
      return files.filter(file -> file.toString().endsWith(".log")).toList();
    }
  }

  @Test
  void completionLoadsNoParserNoJsonAndNoHttp() throws IOException, InterruptedException {
    List<String> classes = loadedBy(Map.of(), "__complete", "words", "cron", "");

    assertThat(classes)
        .contains("run.mags.completion.Completer")
        .noneMatch(name -> name.startsWith("picocli."))
        .noneMatch(name -> name.startsWith("okhttp3."))
        .noneMatch(name -> name.startsWith("com.fasterxml."))
        .noneMatch(name -> name.startsWith("run.mags.api."));
    assertThat(classes).hasSizeLessThan(80);
  }
}
