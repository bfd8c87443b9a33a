package run.mags.local;

import static org.assertj.core.api.Assertions.assertThat;
import static run.mags.local.TestBackend.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import run.mags.api.model.Json;
import run.mags.local.TestBackend.Answer;
import run.mags.local.sandbox.IsolationChoice;

/** Each job call over HTTP, against real processes. */
class JobCallsTest {
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

  @Test
  void aJobRunsAndReportsItsEnd() {
    Answer submitted =
        client.post(
            "/mags-jobs", Json.write(job("echo out; echo err >&2; exit 3").put("name", "first")));

    assertThat(submitted.status()).isEqualTo(202);
    assertThat(submitted.json().get("status").asText()).isEqualTo("accepted");
    assertThat(submitted.json().get("message").asText())
        .isEqualTo("Mags job submitted successfully");
    String id = submitted.json().get("request_id").asText();
    assertThat(id).matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    JsonNode status = client.await(id, "completed");
    assertThat(status.get("request_id").asText()).isEqualTo(id);
    assertThat(status.get("name").asText()).isEqualTo("first");
    assertThat(status.get("exit_code").asInt()).isEqualTo(3);
    assertThat(status.get("script_duration_ms").asLong()).isBetween(0L, 30_000L);
    assertThat(status.get("started_at").asText()).endsWith("Z");
    assertThat(status.has("vm_id")).isFalse();
    assertThat(client.log(id, "stdout")).containsExactly("out");
    assertThat(client.log(id, "stderr")).containsExactly("err");
  }

  @Test
  void theScriptSeesItsEnvironmentAndAnEmptyInput() {
    ObjectNode request = job("printf '%s\\n' \"$GREETING\"; cat; echo end");
    request.putObject("environment").put("GREETING", "a 'b' \"c\"\n$d");

    String id = client.submit(request);

    client.await(id, "completed");
    assertThat(client.log(id, "stdout")).containsExactly("a 'b' \"c\"", "$d", "end");
  }

  @Test
  void aScriptMayBeMegabytesLongAndIsInNoProcessList() {
    String filler = "# " + "x".repeat(97) + "\n";
    String id =
        client.submit(job(filler.repeat(30_000) + "ps -ww -o args= -p $$; echo line $LINENO"));

    client.await(id, "completed");

    assertThat(client.log(id, "stdout")).hasSize(2).noneMatch(line -> line.contains("xxx"));
    assertThat(client.log(id, "stderr")).isEmpty();
  }

  @Test
  void logsGrowWhileTheScriptRuns() throws Exception {
    Path go = directory.resolve("go");
    String id =
        client.submit(
            job(
                "echo one; printf half; while [ ! -e '"
                    + go
                    + "' ]; do sleep 0.02; done; echo two"));

    TestBackend.until("first lines", () -> client.log(id, "stdout").size() == 2);
    assertThat(client.status(id).get("status").asText()).isEqualTo("running");
    assertThat(client.log(id, "stdout")).containsExactly("one", "half");
    JsonNode half = client.get("/mags-jobs/" + id + "/logs").json().get("logs").get(1);
    assertThat(half.get("partial").asBoolean()).isTrue();
    assertThat(half.get("level").asText()).isEqualTo("info");
    assertThat(half.get("timestamp").asText()).endsWith("Z");
    java.nio.file.Files.createFile(go);

    client.await(id, "completed");
    assertThat(client.log(id, "stdout")).containsExactly("one", "half", "two");
  }

  @Test
  void aPersistentJobOutlivesItsScriptAndKeepsLoggingUntilItIsStopped() throws Exception {
    Path go = directory.resolve("go");
    String script =
        "(while [ ! -e '"
            + go
            + "' ]; do sleep 0.02; done; echo later; echo again; sleep 600) & exit 5";
    String id = client.submit(job(script).put("persistent", true));

    JsonNode ended = client.awaitExit(id);
    assertThat(ended.get("status").asText()).isEqualTo("running");
    assertThat(ended.get("exit_code").asInt()).isEqualTo(5);
    assertThat(ended.get("vm_id").asText()).isNotEmpty();
    java.nio.file.Files.createFile(go);
    TestBackend.until("background output", () -> client.log(id, "stdout").size() == 2);

    assertThat(client.post("/mags-jobs/" + id + "/stop", null).status()).isEqualTo(200);
    assertThat(client.await(id, "stopped").has("vm_id")).isFalse();
    assertThat(client.post("/mags-jobs/" + id + "/stop", null).status()).isEqualTo(200);
  }

  @Test
  void aJobThatHasEndedCannotBeStoppedOrChanged() {
    String id = client.submit(job("true"));
    client.await(id, "completed");

    Answer stop = client.post("/mags-jobs/" + id + "/stop", null);
    Answer update = client.send("PATCH", "/mags-jobs/" + id, "{\"no_sleep\":true}");

    assertThat(stop.status()).isEqualTo(400);
    assertThat(stop.error()).isEqualTo("the job is not running: it is completed");
    assertThat(update.status()).isEqualTo(400);
  }

  @Test
  void pagesAreNewestFirstAndSayTheTotal() {
    for (int i = 0; i < 5; i++) {
      client.submit(job("true").put("name", "job-" + i));
    }

    JsonNode first = client.get("/mags-jobs?page=1&page_size=2").json();
    JsonNode last = client.get("/mags-jobs?page=3&page_size=2").json();
    JsonNode beyond = client.get("/mags-jobs?page=2147483647&page_size=1000").json();

    assertThat(first.get("jobs").findValuesAsText("name")).containsExactly("job-4", "job-3");
    assertThat(last.get("jobs").findValuesAsText("name")).containsExactly("job-0");
    assertThat(first.get("total").asInt()).isEqualTo(5);
    assertThat(first.get("page").asInt()).isEqualTo(1);
    assertThat(first.get("page_size").asInt()).isEqualTo(2);
    assertThat(beyond.get("jobs")).isEmpty();
  }

  @Test
  void aWorkspaceKeepsItsFilesAndCannotBeWrittenTwiceAtOnce() {
    String holder =
        client.submit(job("echo kept > file; echo written; sleep 600").put("workspace_id", "w"));
    client.await(holder, "running");

    Answer second = client.post("/mags-jobs", Json.write(job("true").put("workspace_id", "w")));
    TestBackend.until(
        "file", () -> client.post("/mags-jobs/" + holder + "/sync", null).status() == 200);
    TestBackend.until("output", () -> client.log(holder, "stdout").contains("written"));
    String onCopy = client.submit(job("cat file; echo other > file").put("base_workspace_id", "w"));
    client.await(onCopy, "completed");
    client.post("/mags-jobs/" + holder + "/stop", null);
    client.await(holder, "stopped");
    String reader = client.submit(job("cat file").put("workspace_id", "w"));

    assertThat(second.status()).isEqualTo(409);
    assertThat(second.error()).contains("workspace 'w' is already in use by job " + holder);
    assertThat(client.log(onCopy, "stdout")).containsExactly("kept");
    client.await(reader, "completed");
    assertThat(client.log(reader, "stdout")).containsExactly("kept");
  }

  @Test
  void twoPersistentJobsCannotHaveOneName() {
    client.submit(job("true").put("name", "dev").put("persistent", true));

    Answer second =
        client.post(
            "/mags-jobs", Json.write(job("true").put("name", "dev").put("persistent", true)));

    assertThat(second.status()).isEqualTo(409);
    assertThat(second.error()).contains("the name 'dev' is already in use".substring(4));
    client.submit(job("true").put("name", "dev"));
  }

  @Test
  void anUpdateChangesWhatItNames() {
    String id = client.submit(job("true").put("persistent", true).put("startup_command", "old"));
    client.awaitExit(id);

    Answer first = client.send("PATCH", "/mags-jobs/" + id, "{\"no_sleep\":true}");
    Answer second = client.send("PATCH", "/mags-jobs/" + id, "{\"startup_command\":\"new\"}");

    assertThat(first.status()).isEqualTo(200);
    assertThat(second.status()).isEqualTo(200);
    assertThat(client.status(id).get("no_sleep").asBoolean()).isTrue();
    assertThat(client.status(id).get("startup_command").asText()).isEqualTo("new");
  }

  @Test
  void usageAndPoolAreCountedFromTheJobs() {
    client.await(client.submit(job("true")), "completed");
    String running = client.submit(job("sleep 600").put("persistent", true));
    client.await(running, "running");

    JsonNode usage = client.get("/mags-jobs/usage?window_days=7").json();
    JsonNode pool = client.get("/mags-jobs/pool-status").json();

    assertThat(usage.get("window_days").asInt()).isEqualTo(7);
    assertThat(usage.get("total_jobs").asInt()).isEqualTo(2);
    assertThat(usage.get("completed_jobs").asInt()).isEqualTo(1);
    assertThat(usage.get("running_jobs").asInt()).isEqualTo(1);
    assertThat(pool.get("busy_vms").asInt()).isEqualTo(1);
    assertThat(pool.get("total_vms").asInt()).isEqualTo(1);
    assertThat(pool.get("idle_vms").asInt()).isZero();
  }

  @Test
  void accessIsRefusedWhereItCannotBeGiven() {
    String done = client.submit(job("true"));
    client.await(done, "completed");

    Answer ended = client.post("/mags-jobs/" + done + "/access", "{\"port\":22}");
    Answer badPort = client.post("/mags-jobs/" + done + "/access", "{\"port\":0}");

    assertThat(ended.status()).isEqualTo(200);
    assertThat(ended.json().get("success").asBoolean()).isFalse();
    assertThat(ended.error()).isEqualTo("the job is not running: it is completed");
    assertThat(badPort.status()).isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|Key: 'MagsJobRequest.Type' Error:Field validation for 'Type' failed on the 'required'"
            + " tag",
        "{\"type\":\"inline\"}|Key: 'MagsJobRequest.Script' Error:Field validation for 'Script'"
            + " failed on the 'required' tag",
        "{\"type\":\"other\",\"script\":\"true\"}|type must be \"inline\"",
        "{\"type\":\"inline\",\"script\":7}|script must be a string",
        "{\"type\":\"inline\",\"script\":\"true\",\"persistent\":\"yes\"}|persistent must be a"
            + " boolean",
        "{\"type\":\"inline\",\"script\":\"true\",\"disk_gb\":0}|disk_gb must be a whole number of"
            + " at least 1",
        "{\"type\":\"inline\",\"script\":\"true\",\"disk_gb\":1.5}|disk_gb must be a whole number"
            + " of at least 1",
        "{\"type\":\"inline\",\"script\":\"true\",\"environment\":{\"A=B\":\"\"}}|environment has a"
            + " name that no variable can have",
        "{\"type\":\"inline\",\"script\":\"true\",\"environment\":{\"A\":1}}|environment must be an"
            + " object of strings",
        "{\"type\":\"inline\",\"script\":\"true\",\"file_ids\":[\"x\"]}|file not found: x",
        "{\"type\":\"inline\",\"script\":\"true\",\"workspace_id\":\"\"}|workspace_id must not be"
            + " empty",
        "[]|the body must be a JSON object",
      })
  void aBadSubmissionIsRefusedAndLeavesNoJob(String body, String error) {
    Answer answer = client.post("/mags-jobs", body);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.error()).isEqualTo(error);
    assertThat(client.get("/mags-jobs").json().get("total").asInt()).isZero();
  }

  @Test
  void brokenJsonIsRefused() {
    Answer answer = client.post("/mags-jobs", "{\"type\":");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.error()).startsWith("invalid JSON: ");
  }

  @Test
  void tooLargeABodyIsRefusedAfterItWasRead() {
    Answer answer = client.post("/mags-jobs", Json.write(job("x".repeat((16 << 20) + 1))));

    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.error()).contains("larger than 16777216 bytes");
  }

  @Test
  void anUnknownJobIsNotFoundInAnyCall() {
    assertThat(client.get("/mags-jobs/nope/status").status()).isEqualTo(404);
    assertThat(client.get("/mags-jobs/nope/logs").status()).isEqualTo(404);
    assertThat(client.post("/mags-jobs/nope/access", "{\"port\":22}").status()).isEqualTo(404);
    assertThat(client.post("/mags-jobs/nope/stop", null).status()).isEqualTo(404);
    assertThat(client.post("/mags-jobs/nope/sync", null).status()).isEqualTo(404);
    assertThat(client.send("PATCH", "/mags-jobs/nope", "{}").status()).isEqualTo(404);
    assertThat(client.get("/mags-jobs/nope/status").error()).isEqualTo("job not found: nope");
  }

  @ParameterizedTest
  @CsvSource({"page,0", "page,x", "page_size,0", "page_size,1001", "page_size,-1"})
  void aPageThatCannotBeIsRefused(String name, String value) {
    Answer answer = client.get("/mags-jobs?" + name + "=" + value);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.error()).startsWith(name + " must be a whole number");
  }
}
