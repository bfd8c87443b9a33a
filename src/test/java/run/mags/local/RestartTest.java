package run.mags.local;

import static org.assertj.core.api.Assertions.assertThat;
import static run.mags.local.TestBackend.job;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.mags.local.TestBackend.Answer;
import run.mags.local.sandbox.IsolationChoice;

/** What the next backend on a state directory finds. */
class RestartTest {
  @TempDir Path directory;
  private final List<String> warnings = new CopyOnWriteArrayList<>();
  private LocalBackend backend;
  private TestBackend client;

  @BeforeEach
  void start() {
    backend =
        LocalBackend.start(
            LocalOptions.in(directory.resolve("state"))
                .withIsolation(IsolationChoice.PLAIN)
                .withWarnings(warnings::add));
    client = TestBackend.of(backend);
  }

  @AfterEach
  void stop() {
    backend.close();
  }

  private void restart() {
    stop();
    start();
  }

  @Test
  void jobsAndTheirLogsAndTheirOrderAreThereAgain() {
    String first = client.submit(job("echo one; exit 4").put("name", "first"));
    JsonNode before = client.await(first, "completed");
    String second = client.submit(job("true"));
    client.await(second, "completed");

    restart();

    assertThat(client.status(first)).isEqualTo(before);
    assertThat(client.log(first, "stdout")).containsExactly("one");
    assertThat(client.get("/mags-jobs").json().get("jobs").findValuesAsText("request_id"))
        .containsExactly(second, first);
    assertThat(warnings).isEmpty();
  }

  @Test
  void theTokenIsAnotherOne() {
    String token = backend.token();

    restart();

    assertThat(backend.token()).isNotEqualTo(token).hasSizeGreaterThan(40);
  }

  @Test
  void whatWasRunningSleepsOrIsAnError() {
    String kept =
        client.submit(job("echo x > file").put("persistent", true).put("workspace_id", "w"));
    client.awaitExit(kept);
    String once = client.submit(job("echo begun; exec sleep 600"));
    TestBackend.until("output", () -> client.log(once, "stdout").size() == 1);

    restart();

    JsonNode sleeping = client.status(kept);
    assertThat(sleeping.get("status").asText()).isEqualTo("sleeping");
    assertThat(sleeping.get("exit_code").asInt()).isZero();
    assertThat(sleeping.has("vm_id")).isFalse();
    JsonNode lost = client.status(once);
    assertThat(lost.get("status").asText()).isEqualTo("error");
    assertThat(lost.get("error").asText()).isEqualTo("the backend stopped");
    assertThat(client.log(once, null)).containsExactly("begun", "the backend stopped");
  }

  @Test
  void accessWakesWhatSleepsAndRunsItsStartupCommand() {
    String id =
        client.submit(
            job("echo script")
                .put("persistent", true)
                .put("workspace_id", "w")
                .put("startup_command", "echo startup; cat file; echo >> file; exit 3"));
    client.awaitExit(id);
    restart();
    assertThat(client.log(id, "stdout")).containsExactly("script");

    Answer access = client.post("/mags-jobs/" + id + "/access", "{\"port\":22}");

    assertThat(access.json().get("success").asBoolean()).isTrue();
    assertThat(client.status(id).get("status").asText()).isEqualTo("running");
    assertThat(client.status(id).get("vm_id").asText()).startsWith("vm-");
    TestBackend.until(
        "startup command",
        () -> client.log(id, "system").contains("the startup command ended with exit code 3"));
    assertThat(client.log(id, "stdout")).startsWith("script", "startup");
    assertThat(client.status(id).get("exit_code").asInt()).isZero();
  }

  @Test
  void theSshPortAndKeyStayTheSame() {
    String id = client.submit(job("true").put("persistent", true));
    client.awaitExit(id);
    JsonNode before = client.post("/mags-jobs/" + id + "/access", "{\"port\":22}").json();

    restart();

    assertThat(client.post("/mags-jobs/" + id + "/access", "{\"port\":22}").json())
        .isEqualTo(before);
    assertThat(before.get("ssh_private_key").asText())
        .startsWith("-----BEGIN OPENSSH PRIVATE KEY-----");
  }

  @Test
  void aSleepingJobCanBeStopped() {
    String id = client.submit(job("true").put("persistent", true).put("workspace_id", "w"));
    client.awaitExit(id);
    restart();

    assertThat(client.post("/mags-jobs/" + id + "/stop", null).status()).isEqualTo(200);

    assertThat(client.status(id).get("status").asText()).isEqualTo("stopped");
    client.await(client.submit(job("true").put("workspace_id", "w")), "completed");
  }

  @Test
  void brokenRecordsAreLeftOutWithAWarning() throws IOException {
    String good = client.submit(job("true"));
    String torn = client.submit(job("true"));
    String foreign = client.submit(job("true"));
    for (String id : List.of(good, torn, foreign)) {
      client.await(id, "completed");
    }
    backend.close();
    Path jobs = directory.resolve("state").resolve("jobs");
    Files.writeString(jobs.resolve(torn).resolve("job.json"), "{\"id\":\"" + torn);
    Files.writeString(jobs.resolve(foreign).resolve("job.json"), "{\"id\":\"else\"}");
    Files.createDirectory(jobs.resolve("empty"));
    Files.createFile(jobs.resolve("stray"));

    start();

    assertThat(client.get("/mags-jobs").json().get("jobs").findValuesAsText("request_id"))
        .containsExactly(good);
    assertThat(warnings).hasSize(4).allMatch(warning -> warning.contains("is skipped"));
    assertThat(jobs.resolve(torn).resolve("job.json")).exists();
  }
}
