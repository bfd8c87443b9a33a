package run.mags.local;

import static org.assertj.core.api.Assertions.assertThat;
import static run.mags.local.TestBackend.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import run.mags.api.model.Json;
import run.mags.local.TestBackend.Answer;
import run.mags.local.sandbox.IsolationChoice;

/** Workspaces through the API. */
class WorkspaceCallsTest {
  @TempDir Path directory;
  private LocalBackend backend;
  private TestBackend client;

  @BeforeEach
  void start() {
    backend =
        LocalBackend.start(
            LocalOptions.in(directory.resolve("state")).withIsolation(IsolationChoice.PLAIN));
    client = TestBackend.of(backend);
  }

  @AfterEach
  void stop() {
    backend.close();
  }

  private JsonNode list() {
    return client.get("/mags-workspaces").json().get("workspaces");
  }

  private JsonNode get(String name) {
    for (JsonNode workspace : list()) {
      if (workspace.get("workspace_id").asText().equals(name)) {
        return workspace;
      }
    }
    throw new AssertionError("no workspace " + name);
  }

  /** A disk that is busy gives no size at once. */
  private long size(String name) {
    TestBackend.until("size of " + name, () -> get(name).has("size_bytes"));
    return get(name).get("size_bytes").asLong();
  }

  private Answer delete(String name) {
    String segment = URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    return client.send("DELETE", "/mags-workspaces/" + segment.replace(".", "%2E"), null);
  }

  private void use(String workspace, String script) {
    String id = client.submit(job(script).put("workspace_id", workspace));
    client.await(id, "completed");
  }

  @Test
  void itIsThereFromItsFirstUse() {
    assertThat(list()).isEmpty();
    Instant before = Instant.now();

    use("w", "head -c 3000000 /dev/zero > big");
    use("w", "true");
    use("a", "true");

    assertThat(list().findValuesAsText("workspace_id")).containsExactly("a", "w");
    JsonNode workspace = get("w");
    assertThat(workspace.get("job_count").asInt()).isEqualTo(2);
    assertThat(workspace.get("in_use").asBoolean()).isFalse();
    assertThat(Instant.parse(workspace.get("last_active").asText()))
        .isBetween(before.minusMillis(100), Instant.now());
    assertThat(size("w")).isBetween(3_000_000L, 3_500_000L);
    assertThat(size("a")).isLessThan(500_000);
  }

  @Test
  void itsSizeIsThatOfTheLastUse() {
    use("w", "true");
    long small = size("w");

    use("w", "head -c 3000000 /dev/zero > big");

    TestBackend.until("new size", () -> size("w") > small + 2_900_000);
  }

  @Test
  void whileAJobHasItItIsInUseAndCannotBeRemoved() {
    use("base", "echo kept > file");
    ObjectNode job = job("cat file").put("workspace_id", "w").put("base_workspace_id", "base");
    String id = client.submit(job.put("persistent", true));
    client.awaitExit(id);

    assertThat(get("w").get("in_use").asBoolean()).isTrue();
    assertThat(get("base").get("in_use").asBoolean()).isTrue();
    for (String name : List.of("w", "base")) {
      Answer refused = delete(name);
      assertThat(refused.status()).isEqualTo(409);
      assertThat(refused.error())
          .isEqualTo("workspace '%s' is in use by job %s, which is running".formatted(name, id));
    }
    client.post("/mags-jobs/" + id + "/stop", null);
    client.await(id, "stopped");

    assertThat(get("w").get("in_use").asBoolean()).isFalse();
    assertThat(delete("w").status()).isEqualTo(200);
    assertThat(delete("base").status()).isEqualTo(200);
    assertThat(list()).isEmpty();
  }

  @Test
  void whatIsRemovedIsGoneFromTheDisk() throws Exception {
    use("w", "echo once > file");
    assertThat(delete("w").status()).isEqualTo(200);

    assertThat(list()).isEmpty();
    assertThat(delete("w").status()).isEqualTo(404);
    assertThat(delete("w").error()).isEqualTo("workspace not found: w");
    try (var left = Files.walk(directory.resolve("state/workspaces"))) {
      assertThat(left).noneMatch(path -> path.endsWith("file"));
    }
    String again = client.submit(job("ls; echo end").put("workspace_id", "w"));
    client.await(again, "completed");
    assertThat(client.log(again, "stdout")).containsExactly("end");
  }

  static List<String> names() {
    return List.of(
        "a/b",
        "../../up",
        "..",
        ".",
        " two  blanks ",
        "naïve 試験 🚀",
        "%2F%00",
        "A",
        "a+b&c=d?e#f",
        "line\nfeed",
        "-rf",
        ".locks",
        "x".repeat(1000),
        "試".repeat(1000));
  }

  @ParameterizedTest
  @MethodSource("names")
  void anyNameIsOneWorkspaceAndHarmless(String name) throws Exception {
    List<Path> before = outside();

    use(name, "echo mine > file");

    assertThat(list().findValuesAsText("workspace_id")).containsExactly(name);
    assertThat(size(name)).isPositive();
    assertThat(outside()).isEqualTo(before);
    assertThat(delete(name).status()).isEqualTo(200);
    assertThat(list()).isEmpty();
  }

  /** What is in the state directory, but not in the workspaces, logs and jobs. */
  private List<Path> outside() throws Exception {
    List<Path> paths = new ArrayList<>();
    for (Path folder : List.of(directory, directory.resolve("state"))) {
      try (var children = Files.list(folder)) {
        children.sorted().forEach(paths::add);
      }
    }
    return paths;
  }

  @Test
  void whatNoWorkspaceCanBeCalledIsRefused() {
    assertThat(submit("x".repeat(1001)).status()).isEqualTo(400);
    assertThat(submit("").error()).isEqualTo("workspace_id must not be empty");
    Answer half =
        client.post(
            "/mags-jobs", "{\"type\":\"inline\",\"script\":\"true\",\"workspace_id\":\"\\ud800\"}");
    assertThat(half.status()).isEqualTo(400);
    assertThat(half.error()).contains("Unicode");
    assertThat(list()).isEmpty();
  }

  private Answer submit(String workspace) {
    return client.post("/mags-jobs", Json.write(job("true").put("workspace_id", workspace)));
  }

  @Test
  void aBaseThatIsNotThereIsAnErrorAndNotMade() {
    String id = client.submit(job("true").put("base_workspace_id", "typo"));

    assertThat(client.await(id, "error").get("error").asText())
        .isEqualTo("there is no workspace typo to use as a base");
    assertThat(list()).isEmpty();
  }

  @Test
  void aStoppedJobGivesItsNameAndWorkspaceFreeAtOnceWithEveryFile() {
    ObjectNode box = job("echo one > file").put("workspace_id", "w").put("name", "box");
    String first = client.submit(box.put("persistent", true).put("disk_gb", 2));
    client.awaitExit(first);
    client.post("/mags-jobs/" + first + "/stop", null);
    client.await(first, "stopped");

    String second = client.submit(box.put("script", "cat file").put("disk_gb", 10));

    assertThat(client.awaitExit(second).get("exit_code").asInt()).isZero();
    assertThat(client.log(second, "stdout")).containsExactly("one");
    assertThat(client.status(second).get("disk_gb").asInt()).isEqualTo(10);
    assertThat(client.status(first).get("disk_gb").asInt()).isEqualTo(2);
  }
}
