package run.mags.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static run.mags.local.TestBackend.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import run.mags.local.TestBackend.Answer;
import run.mags.local.sandbox.IsolationChoice;

/** What a backend does when it is told to be odd, over HTTP. */
class OdditiesTest {
  private static final Duration EVER = Duration.ofHours(1);

  @TempDir Path directory;
  private LocalBackend backend;
  private TestBackend client;

  @BeforeEach
  void start() {
    backend =
        LocalBackend.start(
            LocalOptions.in(directory.resolve("state"))
                .withIsolation(IsolationChoice.PLAIN)
                .withTestControl());
    client = TestBackend.of(backend);
  }

  @AfterEach
  void stop() {
    backend.close();
  }

  private Answer control(String method, String body) {
    HttpRequest.BodyPublisher publisher =
        body == null
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofString(body);
    return TestBackend.send(
        client
            .request("/_mags_local/oddities")
            .header("Authorization", "Bearer " + client.token())
            .method(method, publisher));
  }

  private Answer access(String id) {
    return client.post("/mags-jobs/" + id + "/access", "{\"port\":22}");
  }

  @Test
  void aVmIdComesLateInStatusAndList() {
    backend.behave(Oddities.NONE.withLateVmId(EVER));
    String id = client.submit(job("sleep 600").put("persistent", true));

    assertThat(client.await(id, "running").has("vm_id")).isFalse();
    assertThat(client.get("/mags-jobs").json().at("/jobs/0").has("vm_id")).isFalse();
    assertThat(access(id).json().get("success").asBoolean()).isTrue();

    backend.behave(Oddities.NONE);

    assertThat(client.status(id).get("vm_id").asText()).startsWith("vm-");
  }

  @Test
  void accessIsRefusedAtFirst() {
    backend.behave(Oddities.NONE.withRefusedAccess(EVER));
    String id = client.submit(job("sleep 600").put("persistent", true));
    client.await(id, "running");

    assertThat(access(id).status()).isEqualTo(200);
    assertThat(access(id).text())
        .isEqualTo("{\"success\":false,\"port\":22,\"error\":\"no VM associated with this job\"}");

    backend.behave(Oddities.NONE);

    assertThat(access(id).json().get("success").asBoolean()).isTrue();
  }

  @Test
  void aPhantomRunsWithoutAMachineAndOthersDoNot() {
    backend.behave(Oddities.NONE.withPhantoms("ghost"));
    String ghost = client.submit(job("sleep 600").put("persistent", true).put("name", "ghost"));
    String other = client.submit(job("sleep 600").put("persistent", true).put("name", "other"));

    assertThat(client.await(ghost, "running").has("vm_id")).isFalse();
    assertThat(client.await(other, "running").has("vm_id")).isTrue();
    assertThat(access(ghost).json().get("success").asBoolean()).isFalse();
    assertThat(access(other).json().get("success").asBoolean()).isTrue();
    client.post("/mags-jobs/" + ghost + "/stop", null);
    client.await(ghost, "stopped");
  }

  @Test
  void aSlowStartIsPendingAndDoesNotHoldUpTheEnd() {
    backend.behave(Oddities.NONE.withSlowStart(EVER));
    String id = client.submit(job("true"));

    assertThat(client.status(id).get("status").asText()).isEqualTo("pending");
    // The test ends within its time, since closing ends the pause.
  }

  @Test
  void everySecondLogEntryIsAPlainString() {
    backend.behave(Oddities.NONE.withPlainLogEntries());
    String id = client.submit(job("echo one; echo two; echo three"));
    client.await(id, "completed");

    JsonNode logs = client.get("/mags-jobs/" + id + "/logs").json().get("logs");

    assertThat(logs).hasSize(3);
    assertThat(logs.get(0).get("message").asText()).isEqualTo("one");
    assertThat(logs.get(1).getNodeType()).isEqualTo(JsonNodeType.STRING);
    assertThat(logs.get(1).asText()).isEqualTo("two");
    assertThat(logs.get(2).get("message").asText()).isEqualTo("three");
  }

  @Test
  void pagesHaveFewerJobsThanWasAskedFor() {
    backend.behave(Oddities.NONE.withPageLimit(2));
    for (int i = 0; i < 3; i++) {
      client.submit(job("true").put("name", "n" + i));
    }

    JsonNode first = client.get("/mags-jobs?page=1&page_size=50").json();
    JsonNode second = client.get("/mags-jobs?page=2&page_size=50").json();

    assertThat(first.findValuesAsText("name")).containsExactly("n2", "n1");
    assertThat(second.findValuesAsText("name")).containsExactly("n0");
    assertThat(first.get("page_size").asInt()).isEqualTo(2);
    assertThat(first.get("total").asInt()).isEqualTo(3);
  }

  @Test
  void answersAreGivenInTurnToWhoTheyAreFor() {
    backend.behave(
        Oddities.NONE.withAnswers(
            OddAnswer.cutOff().to("GET", "/mags-jobs"),
            OddAnswer.error(429, "slow down").retryAfter("7").times(2)));

    Answer post = client.post("/mags-jobs", "{}");
    Answer get = client.get("/mags-jobs");
    Answer again = client.get("/mags-jobs");

    assertThat(post.status()).isEqualTo(429);
    assertThat(post.error()).isEqualTo("slow down");
    assertThat(post.response().headers().firstValue("Retry-After")).hasValue("7");
    assertThat(get.status()).isEqualTo(524);
    assertThat(get.text()).isEqualTo("error code: 524");
    assertThat(get.response().headers().firstValue("Content-Type").orElseThrow())
        .startsWith("text/plain");
    assertThat(again.status()).isEqualTo(429);
    assertThat(client.get("/mags-jobs").status()).isEqualTo(200);
  }

  @Test
  void aConnectionIsClosedBeforeAfterOrInTheMiddle() {
    String job = "{\"type\":\"inline\",\"script\":\"true\"}";
    backend.behave(
        Oddities.NONE.withAnswers(
            OddAnswer.dropBefore().to("POST", ""),
            OddAnswer.dropAfter().to("POST", ""),
            OddAnswer.torn().to("POST", "")));

    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> client.post("/mags-jobs", job))
          .hasCauseInstanceOf(java.io.IOException.class);
    }

    // The first was not carried out, the others were.
    assertThat(client.get("/mags-jobs").json().get("total").asInt()).isEqualTo(2);
  }

  @Test
  void aLateAnswerIsTheRightOne() {
    backend.behave(Oddities.NONE.withAnswers(OddAnswer.late(Duration.ofMillis(50))));
    long begun = System.nanoTime();

    assertThat(client.get("/mags-jobs").status()).isEqualTo(200);

    assertThat(System.nanoTime() - begun).isGreaterThanOrEqualTo(50_000_000L);
  }

  @Test
  void theControlTakesAndTellsAllOfThem() {
    Answer set =
        control(
            "PUT",
            """
            {"slow_start_ms":1,"late_vm_id_ms":2,"refused_access_ms":3,"plain_log_entries":true,
             "phantoms":["b","a"],"page_limit":4,
             "answers":[
               {"method":"GET","path":"/pool-status","times":2,"status":502,
                "content_type":"text/html","body":"<h1>bad gateway</h1>","retry_after":"1"},
               {"method":"GET","path":"/usage","kind":"drop_before"}]}
            """);

    assertThat(set.status()).isEqualTo(200);
    assertThat(set.text())
        .isEqualTo(
            "{\"slow_start_ms\":1,\"late_vm_id_ms\":2,\"refused_access_ms\":3,"
                + "\"plain_log_entries\":true,\"phantoms\":[\"a\",\"b\"],\"page_limit\":4,"
                + "\"answers_left\":3}");
    assertThat(client.get("/mags-jobs/pool-status").text()).isEqualTo("<h1>bad gateway</h1>");
    assertThat(control("GET", null).json().get("answers_left").asInt()).isEqualTo(2);
    assertThat(control("DELETE", null).json().get("answers_left").asInt()).isZero();
    assertThat(client.get("/mags-jobs/pool-status").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"late_vmid_ms\":1}",
        "{\"late_vm_id_ms\":-1}",
        "{\"late_vm_id_ms\":\"1\"}",
        "{\"answers\":[{\"status\":99}]}",
        "{\"answers\":[{\"times\":0}]}",
        "{\"answers\":[{\"kind\":\"vanish\"}]}",
        "{\"answers\":[{\"text\":\"x\"}]}",
        "{\"answers\":{\"status\":500}}",
        "[]"
      })
  void whatTheControlDoesNotKnowIsRefusedAndChangesNothing(String body) {
    backend.behave(Oddities.NONE.withPageLimit(9));

    assertThat(control("PUT", body).status()).isEqualTo(400);

    assertThat(control("GET", null).json().get("page_limit").asInt()).isEqualTo(9);
  }

  @Test
  void theControlNeedsTheTokenAndIsNotThereInNormalUse() {
    assertThat(TestBackend.send(client.request("/_mags_local/oddities").GET()).status())
        .isEqualTo(401);
    try (LocalBackend normal =
        LocalBackend.start(
            LocalOptions.in(directory.resolve("normal")).withIsolation(IsolationChoice.PLAIN))) {
      client = TestBackend.of(normal);
      assertThat(control("PUT", "{\"page_limit\":1}").status()).isEqualTo(404);
    }
  }
}
