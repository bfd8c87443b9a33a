package run.mags.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import run.mags.api.model.Json;
import run.mags.local.TestBackend.Answer;
import run.mags.local.sandbox.IsolationChoice;

/** Cron jobs: their calls, and when they run by a clock that the test sets. */
class CronTest {
  @TempDir Path directory;
  private final SetClock clock = new SetClock();
  private final List<String> warnings = new CopyOnWriteArrayList<>();
  private FakeMachines machines;
  private LocalBackend backend;
  private TestBackend client;

  /** A clock that stands still until a test sets it. */
  private static final class SetClock extends Clock {
    private volatile Instant now = Instant.parse("2026-01-01T10:00:30Z");

    void set(String time) {
      now = Instant.parse("2026-01-01T" + time + "Z");
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException();
    }
  }

  @BeforeEach
  void start() {
    machines = new FakeMachines(directory.resolve("machines")).ready();
    backend =
        LocalBackend.start(
            LocalOptions.in(directory.resolve("state"))
                .withIsolation(IsolationChoice.PLAIN)
                .withWarnings(warnings::add),
            (state, isolation, network) -> machines,
            clock);
    client = TestBackend.of(backend);
  }

  @AfterEach
  void stop() {
    backend.close();
  }

  /** Sets the clock, and has the backend look at it by a change that changes nothing. */
  private void at(String time) {
    clock.set(time);
    nudge();
  }

  private void nudge() {
    String name = "nudge";
    Answer made = client.post("/mags-cron", Json.write(cron(name, "0 0 1 1 *")));
    client.send("DELETE", "/mags-cron/" + made.json().get("id").asText(), null);
  }

  private static ObjectNode cron(String name, String expression) {
    return Json.object().put("name", name).put("cron_expression", expression).put("script", "true");
  }

  private String create(ObjectNode cron) {
    Answer answer = client.post("/mags-cron", Json.write(cron));
    assertThat(answer.status()).as(answer.text()).isEqualTo(201);
    return answer.json().get("id").asText();
  }

  private JsonNode get(String id) {
    for (JsonNode cron : client.get("/mags-cron").json().get("cron_jobs")) {
      if (cron.get("id").asText().equals(id)) {
        return cron;
      }
    }
    throw new AssertionError("no cron job " + id);
  }

  private void awaitRuns(String id, int count) {
    TestBackend.until("run " + count, () -> get(id).get("runs").size() == count);
  }

  private void awaitNext(String id, String time) {
    TestBackend.until(
        "next run at " + time,
        () -> get(id).path("next_run_at").asText().equals("2026-01-01T" + time + "Z"));
  }

  private int jobs() {
    return client.get("/mags-jobs").json().get("total").asInt();
  }

  @Test
  void itRunsAtItsTimeAsAJobOfItsNameWithItsEnvironment() {
    String id =
        create(
            ((ObjectNode)
                cron("nightly", "*/5 * * * *")
                    .put("script", "echo $WHO")
                    .put("workspace_id", "w")
                    .set("environment", Json.object().put("WHO", "me"))));
    assertThat(get(id).get("next_run_at").asText()).isEqualTo("2026-01-01T10:05:00Z");
    assertThat(get(id).get("run_count").asInt()).isZero();
    assertThat(get(id).has("last_run_at")).isFalse();
    assertThat(get(id).has("environment")).isFalse();

    at("10:05:00");
    awaitRuns(id, 1);

    String job = get(id).at("/runs/0/request_id").asText();
    JsonNode done = client.await(job, "completed");
    assertThat(done.get("name").asText()).isEqualTo("nightly");
    assertThat(done.get("workspace_id").asText()).isEqualTo("w");
    assertThat(client.log(job, "stdout")).containsExactly("me");
    JsonNode after = get(id);
    assertThat(after.get("last_run_at").asText()).isEqualTo("2026-01-01T10:05:00Z");
    assertThat(after.get("last_run_status").asText()).isEqualTo("completed");
    assertThat(after.get("run_count").asInt()).isEqualTo(1);
    assertThat(after.get("next_run_at").asText()).isEqualTo("2026-01-01T10:10:00Z");
  }

  @Test
  void whatComesOfARunIsItsStatus() {
    String failing = create(cron("failing", "5 10 * * *").put("script", "exit 3"));
    String kept =
        create(cron("kept", "5 10 * * *").put("persistent", true).put("script", "exit 0"));
    String broken = create(cron("broken", "10 10 * * *"));

    at("10:05:00");
    awaitRuns(failing, 1);
    TestBackend.until(
        "failure", () -> get(failing).get("last_run_status").asText().equals("failed"));
    TestBackend.until("end", () -> get(kept).get("last_run_status").asText().equals("completed"));
    machines.failure = "no space left";
    at("10:10:00");
    awaitRuns(broken, 1);
    TestBackend.until("error", () -> get(broken).get("last_run_status").asText().equals("error"));

    assertThat(get(failing).at("/runs/0/exit_code").asInt()).isEqualTo(3);
  }

  @Test
  void whileItsWorkspaceIsInUseItIsSkippedWithTheReason() {
    String id =
        create(
            cron("slow", "* * * * *").put("script", "sleep 600").put("workspace_id", "the work"));
    at("10:01:00");
    awaitRuns(id, 1);
    String job = get(id).at("/runs/0/request_id").asText();

    at("10:02:00");
    awaitRuns(id, 2);

    assertThat(get(id).get("last_run_status").asText()).isEqualTo("skipped");
    assertThat(get(id).get("last_run_at").asText()).isEqualTo("2026-01-01T10:02:00Z");
    assertThat(get(id).at("/runs/0/reason").asText()).contains("the work").contains(job);
    assertThat(get(id).get("run_count").asInt()).isEqualTo(1);
    client.post("/mags-jobs/" + job + "/stop", null);
    client.await(job, "stopped");
    at("10:03:00");
    awaitRuns(id, 3);
    assertThat(get(id).get("run_count").asInt()).isEqualTo(2);
    assertThat(get(id).at("/runs/2/status").asText()).isEqualTo("stopped");
  }

  @Test
  void aClockThatIsSetForwardBringsNoBurstAndSetBackNoRunTwice() {
    String id = create(cron("c", "* * * * *"));

    at("10:30:20");
    awaitNext(id, "10:31:00");
    awaitRuns(id, 0);
    at("10:31:00");
    awaitRuns(id, 1);
    at("10:05:00");
    at("10:30:59");
    at("10:31:00");
    at("10:31:59");
    assertThat(get(id).get("runs")).hasSize(1);
    at("10:32:00");
    awaitRuns(id, 2);

    assertThat(get(id).get("runs").findValuesAsText("at"))
        .containsExactly("2026-01-01T10:32:00Z", "2026-01-01T10:31:00Z");
    assertThat(jobs()).isEqualTo(2);
  }

  @Test
  void aClockThatWasHoursAheadAndIsSetRightIsFollowed() {
    String id = create(cron("c", "* * * * *"));
    at("20:00:30");
    awaitNext(id, "20:01:00");

    at("10:30:20");
    awaitNext(id, "10:31:00");
    at("10:31:00");
    awaitRuns(id, 1);

    assertThat(get(id).get("last_run_at").asText()).isEqualTo("2026-01-01T10:31:00Z");
  }

  @Test
  void aRunThatIsALittleLateComesAllTheSame() {
    String id = create(cron("c", "5 * * * *"));

    at("10:05:45");
    awaitRuns(id, 1);

    assertThat(get(id).get("last_run_at").asText()).isEqualTo("2026-01-01T10:05:00Z");
  }

  @Test
  void anotherBackendCarriesOnAndSkipsWhatWasMissed() {
    String id = create(cron("c", "0 * * * *").put("workspace_id", "w"));
    at("11:00:00");
    awaitRuns(id, 1);
    client.await(get(id).at("/runs/0/request_id").asText(), "completed");
    String disabled = create(cron("d", "0 * * * *").put("enabled", false));
    JsonNode before = get(id);
    stop();
    clock.set("11:00:01");
    start();
    assertThat(get(id)).isEqualTo(before);

    stop();
    clock.set("14:30:00");
    start();

    awaitNext(id, "15:00:00");
    at("15:00:00");
    awaitRuns(id, 2);
    assertThat(get(disabled).has("next_run_at")).isFalse();
    assertThat(get(disabled).get("runs")).isEmpty();
    assertThat(jobs()).isEqualTo(2);
    assertThat(warnings).isEmpty();
  }

  @Test
  void theLastTwentyRunsAreKept() {
    String id = create(cron("c", "* * * * *"));
    for (int minute = 1; minute <= 22; minute++) {
      String time = "10:%02d:00".formatted(minute);
      at(time);
      TestBackend.until(
          "run at " + time,
          () -> get(id).path("last_run_at").asText().equals("2026-01-01T" + time + "Z"));
    }

    assertThat(get(id).get("runs")).hasSize(20);
    assertThat(get(id).get("run_count").asInt()).isEqualTo(22);
  }

  @Test
  void aChangeHoldsAtOnce() {
    String id = create(cron("c", "0 12 * * *"));

    JsonNode hourly = patch(id, "{\"cron_expression\":\"@hourly\",\"name\":\"d\"}").json();
    JsonNode off = patch(id, "{\"enabled\":false,\"script\":\"echo new\"}").json();
    clock.set("11:30:00");
    JsonNode on = patch(id, "{\"enabled\":true}").json();
    at("12:00:00");
    awaitRuns(id, 1);

    assertThat(hourly.get("next_run_at").asText()).isEqualTo("2026-01-01T11:00:00Z");
    assertThat(hourly.get("name").asText()).isEqualTo("d");
    assertThat(off.get("enabled").asBoolean()).isFalse();
    assertThat(off.has("next_run_at")).isFalse();
    assertThat(on.get("next_run_at").asText()).isEqualTo("2026-01-01T12:00:00Z");
    String job = get(id).at("/runs/0/request_id").asText();
    client.await(job, "completed");
    assertThat(client.log(job, "stdout")).containsExactly("new");
  }

  @Test
  void aRemovedOneIsGoneAndItsJobGoesOn() {
    String id = create(cron("c", "* * * * *").put("script", "sleep 600"));
    at("10:01:00");
    awaitRuns(id, 1);
    String job = get(id).at("/runs/0/request_id").asText();

    Answer removed = client.send("DELETE", "/mags-cron/" + id, null);

    assertThat(removed.status()).isEqualTo(200);
    assertThat(client.get("/mags-cron").json().get("cron_jobs")).isEmpty();
    assertThat(client.status(job).get("status").asText()).isIn("pending", "running");
    assertThat(client.send("DELETE", "/mags-cron/" + id, null).status()).isEqualTo(404);
    assertThat(patch(id, "{}").status()).isEqualTo(404);
    assertThat(files()).isEmpty();
  }

  private Answer patch(String id, String body) {
    return client.send("PATCH", "/mags-cron/" + id, body);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'cron_expression':'@daily','script':'s'} | 'Name' failed on the 'required' tag",
        "{'name':' ','cron_expression':'@daily','script':'s'} | 'Name' failed on the 'required'",
        "{'name':'n','script':'s'} | 'CronExpression' failed on the 'required' tag",
        "{'name':'n','cron_expression':'@daily'} | 'Script' failed on the 'required' tag",
        "{'name':'n','cron_expression':'0 0 30 2 *','script':'s'} | never comes",
        "{'name':'n','cron_expression':'61 * * * *','script':'s'} | 61 in the minute field",
        "{'name':1,'cron_expression':'@daily','script':'s'} | name must be a string",
        "{'name':'n','cron_expression':'@daily','script':'s','enabled':1} | enabled must be a boolean",
        "{'name':'n','cron_expression':'@daily','script':'s','workspace_id':''} | must not be empty",
        "{'name':'n','cron_expression':'@daily','script':'s','environment':{'A=':'b'}} | variable"
      })
  void whatIsWrongIsRefused(String body, String reason) {
    Answer answer = client.post("/mags-cron", body.replace('\'', '"'));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.error()).contains(reason);
    assertThat(files()).isEmpty();
  }

  @Test
  void aChangeToSomethingWrongChangesNothing() {
    String id = create(cron("c", "@daily"));
    create(cron("taken", "@daily"));
    JsonNode before = get(id);

    assertThat(patch(id, "{\"cron_expression\":\"x\"}").status()).isEqualTo(400);
    assertThat(patch(id, "{\"script\":\"\"}").status()).isEqualTo(400);
    assertThat(patch(id, "{\"name\":\"taken\"}").status()).isEqualTo(409);
    assertThat(patch(id, "{\"name\":\"c\"}").status()).isEqualTo(200);

    assertThat(get(id)).isEqualTo(before);
  }

  @Test
  void aNameBelongsToOne() {
    create(cron("c", "@daily"));

    Answer second = client.post("/mags-cron", Json.write(cron("c", "@hourly")));

    assertThat(second.status()).isEqualTo(409);
    assertThat(second.error()).isEqualTo("cron job 'c' already exists");
  }

  @Test
  void whatCannotBeReadIsLeftWithAWarning() throws IOException {
    String id = create(cron("good", "@daily"));
    stop();
    Path folder = directory.resolve("state/cron");
    Files.writeString(folder.resolve("torn.json"), "{\"id\":\"to");
    Files.writeString(folder.resolve("foreign.json"), "[]");
    Files.writeString(
        folder.resolve("renamed.json"), Files.readString(folder.resolve(id + ".json")));
    Files.writeString(
        folder.resolve("bad.json"),
        Files.readString(folder.resolve(id + ".json"))
            .replace("@daily", "@never")
            .replace(id, "bad"));

    start();

    assertThat(client.get("/mags-cron").json().get("cron_jobs")).hasSize(1);
    assertThat(warnings)
        .hasSize(4)
        .allMatch(warning -> warning.contains("is skipped, as it cannot be read"));
    assertThat(folder.resolve("torn.json")).exists();
  }

  @Test
  void theLoopWakesByItselfAtTheTime() {
    stop();
    Instant now = Instant.now();
    Instant almost = Instant.parse("2026-05-05T05:59:59.600Z");
    Clock real = Clock.offset(Clock.systemUTC(), Duration.between(now, almost));
    backend =
        LocalBackend.start(
            LocalOptions.in(directory.resolve("state")).withIsolation(IsolationChoice.PLAIN),
            (state, isolation, network) -> machines,
            real);
    client = TestBackend.of(backend);

    String id = create(cron("c", "* * * * *"));
    TestBackend.until("run", () -> get(id).get("runs").size() == 1);

    assertThat(get(id).get("run_count").asInt()).isEqualTo(1);
  }

  private List<Path> files() {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory.resolve("state/cron"))) {
      return java.util.stream.StreamSupport.stream(files.spliterator(), false).toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
