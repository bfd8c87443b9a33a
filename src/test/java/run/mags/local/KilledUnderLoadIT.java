package run.mags.local;

import static org.assertj.core.api.Assertions.assertThat;
import static run.mags.local.TestBackend.job;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import run.mags.api.model.Json;

/**
 * A backend that is killed in the middle of its work, again and again, and what the next one finds.
 * {@code -Dmags.kills=50} kills it more often, {@code -Dmags.seed=N} at the same moments as before.
 */
@Timeout(1200)
class KilledUnderLoadIT {
  private static final int KILLS = Integer.getInteger("mags.kills", 4);
  private static final int CLIENTS = 4;
  private static final long SEED = Long.getLong("mags.seed", System.nanoTime());

  @TempDir Path directory;

  /** What every process of a script has in its environment. */
  private final String mark = "mags-killed-" + SEED;

  private final Random random = new Random(SEED);
  private final Set<String> jobs = ConcurrentHashMap.newKeySet();
  private final Set<String> files = ConcurrentHashMap.newKeySet();
  private final Set<String> crons = ConcurrentHashMap.newKeySet();

  /** The highest number that each client has seen written in its workspace. */
  private final int[] written = new int[CLIENTS];

  /** A fork of the client's workspace, which is written afterwards, and the number that it has. */
  private final Map<String, Integer> forks = new ConcurrentHashMap<>();

  private volatile boolean killed;

  @AfterEach
  void stop() throws IOException {
    LocalDaemon.stop(state());
    OwnerOnly.removeTree(state());
  }

  private Path state() {
    return directory.resolve("state");
  }

  @Test
  void nothingIsLostOrTornOrLeftBehind() throws Exception {
    for (int round = 1; round <= KILLS; round++) {
      RunningBackend backend = LocalDaemon.ensureRunning(BackendProcess.launch(state()));
      check("seed " + SEED + ", round " + round, backend);
      killed = false;
      Thread[] clients = new Thread[CLIENTS];
      Throwable[] failures = new Throwable[CLIENTS];
      for (int i = 0; i < CLIENTS; i++) {
        int number = i;
        clients[i] = new Thread(() -> failures[number] = work(number, backend));
        clients[i].start();
      }
      Thread.sleep(100 + random.nextInt(900));
      killed = true;
      ProcessHandle process = ProcessHandle.of(backend.pid()).orElseThrow();
      process.destroyForcibly();
      for (Thread client : clients) {
        client.join();
      }
      assertThat(failures).containsOnlyNulls();
      TestBackend.until("backend to end", () -> !process.isAlive());
      TestBackend.until("its processes to end", () -> marked().isEmpty());
      assertThat(mounts()).isEmpty();
    }
    check("seed " + SEED, LocalDaemon.ensureRunning(BackendProcess.launch(state())));
  }

  /** Works until the backend is gone; answers what went wrong before. */
  private Throwable work(int number, RunningBackend backend) {
    TestBackend client = new TestBackend(backend.url(), backend.token());
    try {
      // A job that was in line when the one before was killed comes first.
      TestBackend.until("workspace to be free", () -> free(client, "w" + number));
      for (int turn = 0; ; turn++) {
        count(number, client);
        if (turn % 3 == number % 3) {
          files.add(upload(client));
          crons.add(cron(client));
        }
      }
    } catch (AssertionError | RuntimeException failure) {
      return killed ? null : failure;
    }
  }

  /** Counts on in the client's workspace; the number is in the log once it is in the file. */
  private void count(int number, TestBackend client) {
    String script =
        "n=$(cat count 2>/dev/null || echo 0); n=$((n + 1)); sleep 0.02;"
            + " echo $n >fresh && mv fresh count && echo wrote $n";
    String id = client.submit(marked(script).put("workspace_id", "w" + number));
    jobs.add(id);
    TestBackend.until(
        "job to end", () -> !List.of("pending", "running").contains(status(client, id)));
    String last = client.log(id, "stdout").get(0);
    written[number] = Integer.parseInt(last.substring("wrote ".length()));
    fork(number, client);
    String kept = client.submit(marked("exec sleep 600").put("persistent", true));
    jobs.add(kept);
    if (number % 2 == 0) {
      client.post("/mags-jobs/" + kept + "/stop", null);
    }
  }

  private void fork(int number, TestBackend client) {
    String name = "f" + number + "-" + System.nanoTime();
    String id =
        client.submit(
            marked("cat count").put("workspace_id", name).put("base_workspace_id", "w" + number));
    jobs.add(id);
    TestBackend.until(
        "fork to end", () -> !List.of("pending", "running").contains(status(client, id)));
    forks.keySet().removeIf(other -> other.startsWith("f" + number + "-"));
    forks.put(name, Integer.parseInt(client.log(id, "stdout").get(0)));
  }

  private static String status(TestBackend client, String id) {
    return client.status(id).path("status").asText();
  }

  private com.fasterxml.jackson.databind.node.ObjectNode marked(String script) {
    var job = job(script);
    job.putObject("environment").put("MAGS_TEST_MARK", mark);
    return job;
  }

  private static String upload(TestBackend client) {
    String form =
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n"
            + "x".repeat(100_000)
            + "\r\n--b--\r\n";
    return TestBackend.send(
            client
                .request("/api/v1/mags-files")
                .header("Authorization", "Bearer " + client.token())
                .header("Content-Type", "multipart/form-data; boundary=b")
                .POST(java.net.http.HttpRequest.BodyPublishers.ofString(form)))
        .json()
        .get("file_id")
        .asText();
  }

  private String cron(TestBackend client) {
    String body =
        Json.write(
            Json.object()
                .put("name", "c" + System.nanoTime())
                .put("cron_expression", "0 0 1 1 *")
                .put("script", "true"));
    return client.post("/mags-cron", body).json().get("id").asText();
  }

  private void check(String when, RunningBackend backend) throws IOException {
    TestBackend client = new TestBackend(backend.url(), backend.token());
    Set<String> there = new TreeSet<>();
    JsonNode page = client.get("/mags-jobs?page_size=1000").json();
    page.get("jobs").forEach(job -> there.add(job.get("request_id").asText()));
    assertThat(there).as(when).containsAll(jobs);
    assertThat(page.get("total").asInt()).as(when).isEqualTo(there.size());
    for (JsonNode job : page.get("jobs")) {
      String id = job.get("request_id").asText();
      assertThat(client.get("/mags-jobs/" + id + "/logs").json().get("logs").isArray()).isTrue();
    }
    JsonNode cronJobs = client.get("/mags-cron").json().get("cron_jobs");
    assertThat(cronJobs.findValuesAsText("id")).as(when).containsAll(crons);
    for (String file : files) {
      assertThat(Files.size(state().resolve("files").resolve(file).resolve("content")))
          .as(when)
          .isEqualTo(100_000);
    }
    for (int i = 0; i < CLIENTS; i++) {
      int number = i;
      if (written[i] == 0) {
        continue;
      }
      // What was in line when the backend was killed runs now, before this reads.
      TestBackend.until("workspace to be free", () -> free(client, "w" + number));
      String id = client.submit(marked("cat count").put("workspace_id", "w" + i));
      jobs.add(id);
      client.await(id, "completed");
      int count = Integer.parseInt(client.log(id, "stdout").get(0));
      assertThat(count).as(when).isGreaterThanOrEqualTo(written[i]);
      written[i] = count;
    }
    for (Map.Entry<String, Integer> fork : forks.entrySet()) {
      String id = client.submit(marked("cat count").put("workspace_id", fork.getKey()));
      jobs.add(id);
      client.await(id, "completed");
      assertThat(client.log(id, "stdout")).as(when).containsExactly("" + fork.getValue());
    }
    for (String name : List.of("jobs", "files", "cron")) {
      assertThat(names(state().resolve(name)))
          .as(when)
          .noneMatch(entry -> entry.startsWith(".") || entry.endsWith(".new"));
    }
    assertThat(Files.readString(state().resolve("backend.log"), StandardCharsets.UTF_8))
        .as(when)
        .isEmpty();
  }

  private static boolean free(TestBackend client, String workspace) {
    for (JsonNode job : client.get("/mags-jobs?page_size=1000").json().get("jobs")) {
      boolean live = List.of("pending", "running").contains(job.get("status").asText());
      boolean here =
          workspace.equals(job.path("workspace_id").asText())
              || workspace.equals(job.path("base_workspace_id").asText());
      if (live && here) {
        return false;
      }
    }
    return true;
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(entry -> entry.getFileName().toString()).toList();
    }
  }

  /** The processes of scripts that are left. */
  private List<Long> marked() {
    return ProcessHandle.allProcesses()
        .map(ProcessHandle::pid)
        .filter(
            pid -> {
              try {
                return new String(
                        Files.readAllBytes(Path.of("/proc/" + pid + "/environ")),
                        StandardCharsets.ISO_8859_1)
                    .contains(mark);
              } catch (IOException gone) {
                return false;
              }
            })
        .toList();
  }

  private List<String> mounts() throws IOException {
    Path mounts = Path.of("/proc/self/mounts");
    return Files.exists(mounts)
        ? Files.readAllLines(mounts).stream()
            .filter(line -> line.contains(state().toString()))
            .toList()
        : List.of();
  }
}
