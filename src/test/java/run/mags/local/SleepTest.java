package run.mags.local;

import static org.assertj.core.api.Assertions.assertThat;
import static run.mags.local.TestBackend.job;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.mags.api.model.Json;
import run.mags.local.FakeMachines.FakeMachine;
import run.mags.local.TestBackend.Answer;
import run.mags.local.sandbox.IsolationChoice;

/** How persistent jobs fall asleep and wake, and what may come in between. */
class SleepTest {
  private static final Duration IDLE = Duration.ofMillis(150);

  @TempDir Path directory;
  private FakeMachines machines;
  private LocalBackend backend;
  private TestBackend client;

  @BeforeEach
  void start() {
    machines = new FakeMachines(directory.resolve("machines")).ready();
    open(IDLE);
  }

  private void open(Duration idle) {
    backend =
        LocalBackend.start(
            LocalOptions.in(directory.resolve("state"))
                .withIsolation(IsolationChoice.PLAIN)
                .withIdle(idle),
            (state, isolation, network) -> machines,
            Clock.systemUTC());
    client = TestBackend.of(backend);
  }

  private void reopen(Duration idle) {
    backend.close();
    open(idle);
  }

  @AfterEach
  void stop() {
    machines.closing.release(1_000);
    backend.close();
    assertThat(machines.started).allMatch(machine -> machine.closed);
  }

  private static ObjectNode persistent(String script) {
    return job(script).put("persistent", true);
  }

  private FakeMachine machine(int number) {
    TestBackend.until("machine " + number, () -> machines.started.size() > number);
    return machines.started.get(number);
  }

  private CompletableFuture<Answer> access(String id) {
    return CompletableFuture.supplyAsync(
        () -> client.post("/mags-jobs/" + id + "/access", "{\"port\":22}"));
  }

  private void patch(String id, String body) {
    assertThat(client.send("PATCH", "/mags-jobs/" + id, body).status()).isEqualTo(200);
  }

  /** Sends it to sleep, however long its scripts take on a busy machine. */
  private void lose(int number) {
    machine(number).ended.complete(null);
  }

  /** Long enough for what is idle to be asleep. */
  private static void wait(Duration time) throws InterruptedException {
    Thread.sleep(time.toMillis());
  }

  @Test
  void whatNobodyUsesSleepsAfterItIsSynced() {
    String id = client.submit(persistent("true"));

    client.await(id, "sleeping");

    assertThat(machine(0).synced.get()).isEqualTo(1);
    assertThat(machine(0).closed).isTrue();
    assertThat(client.status(id).has("vm_id")).isFalse();
    assertThat(machines.forgotten).isEmpty();
  }

  @Test
  void aScriptThatOnlyWaitsIsIdle() {
    String id = client.submit(persistent("sleep 600"));

    client.await(id, "sleeping");

    assertThat(client.status(id).has("exit_code")).isFalse();
  }

  @Test
  void aScriptThatWritesIsNotIdle() throws Exception {
    reopen(IDLE.multipliedBy(4));
    String id = client.submit(persistent("while :; do echo tick; sleep 0.02; done"));
    TestBackend.until("output", () -> !client.log(id, "stdout").isEmpty());

    wait(IDLE.multipliedBy(9));

    assertThat(client.status(id).get("status").asText()).isEqualTo("running");
    assertThat(machines.started).hasSize(1);
  }

  @Test
  void aJobThatIsNotPersistentNeverSleeps() throws Exception {
    String id = client.submit(job("sleep 0.6"));

    client.await(id, "completed");

    assertThat(client.status(id).get("exit_code").asInt()).isZero();
  }

  @Test
  void accessWakesItAndRunsTheStartupCommandEachTime() {
    reopen(Duration.ofHours(1));
    String id = client.submit(persistent("echo first").put("startup_command", "echo woken"));
    client.awaitExit(id);
    lose(0);
    client.await(id, "sleeping");
    Answer one = access(id).join();
    TestBackend.until("startup command", () -> client.log(id, "stdout").size() == 2);
    lose(1);
    client.await(id, "sleeping");
    Answer two = access(id).join();

    TestBackend.until("startup command", () -> client.log(id, "stdout").size() == 3);
    assertThat(client.log(id, "stdout")).containsExactly("first", "woken", "woken");
    assertThat(one.json().get("success").asBoolean()).isTrue();
    assertThat(two.json()).isEqualTo(one.json());
  }

  @Test
  void anotherStartupCommandHoldsForTheNextWake() {
    reopen(Duration.ofHours(1));
    String id = client.submit(persistent("true").put("startup_command", "echo old"));
    client.awaitExit(id);
    lose(0);
    client.await(id, "sleeping");

    patch(id, "{\"startup_command\":\"echo new\"}");
    access(id).join();
    TestBackend.until("startup command", () -> client.log(id, "stdout").contains("new"));
    lose(1);
    client.await(id, "sleeping");
    patch(id, "{\"startup_command\":\"\"}");
    access(id).join();

    assertThat(client.log(id, "stdout")).containsExactly("new");
  }

  @Test
  void noSleepHoldsAtOnceAndSoDoesItsEnd() throws Exception {
    String id = client.submit(persistent("true").put("no_sleep", true));
    client.awaitExit(id);
    wait(IDLE.multipliedBy(3));
    assertThat(client.status(id).get("status").asText()).isEqualTo("running");

    patch(id, "{\"no_sleep\":false}");
    client.await(id, "sleeping");
    access(id).join();
    patch(id, "{\"no_sleep\":true}");
    wait(IDLE.multipliedBy(3));

    assertThat(client.status(id).get("status").asText()).isEqualTo("running");
    assertThat(machines.started).hasSize(2);
  }

  @Test
  void itsEnvironmentCanKeepItAwakeOrSetItsTime() throws Exception {
    String kept = client.submit(with("true", IdleWatch.KEEP_ALIVE, "true"));
    String longer = client.submit(with("true", IdleWatch.MINUTES, "60"));
    String normal = client.submit(with("true", IdleWatch.KEEP_ALIVE, "false"));
    client.await(normal, "sleeping");
    client.awaitExit(kept);
    client.awaitExit(longer);
    wait(IDLE.multipliedBy(2));

    assertThat(client.status(kept).get("status").asText()).isEqualTo("running");
    assertThat(client.status(longer).get("status").asText()).isEqualTo("running");
    reopen(Duration.ofHours(1));
    String shorter = client.submit(with("true", IdleWatch.MINUTES, "0.002"));
    client.await(shorter, "sleeping");
  }

  private static ObjectNode with(String script, String name, String value) {
    ObjectNode job = persistent(script);
    job.set("environment", Json.object().put(name, value));
    return job;
  }

  @Test
  void aTimeThatIsNoneIsRefused() {
    for (String wrong : List.of("ten", "0", "-1", "", "NaN", "1e99")) {
      Answer answer = client.post("/mags-jobs", Json.write(with("true", IdleWatch.MINUTES, wrong)));
      assertThat(answer.status()).as(wrong).isEqualTo(400);
      assertThat(answer.error()).contains(IdleWatch.MINUTES);
    }
  }

  @Test
  void accessWhileItGoesToSleepWakesItOnceItIsAsleep() {
    reopen(Duration.ofHours(1));
    machines.closing.drainPermits();
    String id = client.submit(persistent("true").put("startup_command", "echo woken"));
    client.awaitExit(id);
    lose(0);
    TestBackend.until("going to sleep", () -> machine(0).isClosing);
    CompletableFuture<Answer> access = access(id);
    CompletableFuture<Answer> another = access(id);
    assertThat(client.status(id).get("status").asText()).isEqualTo("running");
    assertThat(client.status(id).has("vm_id")).isFalse();

    machines.closing.release(1_000);

    assertThat(access.join().json().get("success").asBoolean()).isTrue();
    assertThat(another.join().json().get("success").asBoolean()).isTrue();
    TestBackend.until("startup command", () -> !client.log(id, "stdout").isEmpty());
    assertThat(client.log(id, "stdout")).containsExactly("woken");
    assertThat(machines.started).hasSize(2);
  }

  @Test
  void stopWhileItGoesToSleepStopsIt() {
    machines.closing.drainPermits();
    String id = client.submit(persistent("true"));
    TestBackend.until("going to sleep", () -> machine(0).isClosing);
    CompletableFuture<Answer> access = access(id);

    client.post("/mags-jobs/" + id + "/stop", null);
    assertThat(client.status(id).get("status").asText()).isEqualTo("stopping");
    machines.closing.release(1_000);

    client.await(id, "stopped");
    TestBackend.until("end to be known", () -> machines.forgotten.contains(id));
    assertThat(access.join().json().get("success").asBoolean()).isFalse();
    assertThat(machines.started).hasSize(1);
  }

  @Test
  void stopWhileItWakesStopsIt() {
    String id = client.submit(persistent("true"));
    client.await(id, "sleeping");
    machines.permits.drainPermits();
    CompletableFuture<Answer> access = access(id);
    TestBackend.until("wake", () -> machines.starting.get() == 1);

    client.post("/mags-jobs/" + id + "/stop", null);
    assertThat(client.status(id).get("status").asText()).isEqualTo("stopping");
    machines.ready();

    client.await(id, "stopped");
    assertThat(access.join().json().get("success").asBoolean()).isFalse();
    assertThat(machine(1).closed).isTrue();
  }

  @Test
  void aBackendThatClosesWhileItGoesToSleepLeavesItAsleep() throws Exception {
    machines.closing.drainPermits();
    String id = client.submit(persistent("true"));
    TestBackend.until("going to sleep", () -> machine(0).isClosing);
    Thread closing = new Thread(backend::close);
    closing.start();
    TestBackend.until("wait for jobs", () -> closing.getState() == Thread.State.TIMED_WAITING);
    machines.closing.release(1_000);
    closing.join();

    open(Duration.ofHours(1));

    assertThat(client.status(id).get("status").asText()).isEqualTo("sleeping");
    assertThat(access(id).join().json().get("success").asBoolean()).isTrue();
  }

  @Test
  void aBackendThatClosesWhileItWakesLeavesItAsleep() throws Exception {
    String id = client.submit(persistent("true"));
    client.await(id, "sleeping");
    machines.permits.drainPermits();
    CompletableFuture<Answer> access = access(id).exceptionally(cut -> null);
    TestBackend.until("wake", () -> machines.starting.get() == 1);
    Thread closing = new Thread(backend::close);
    closing.start();
    TestBackend.until("wait for jobs", () -> closing.getState() == Thread.State.TIMED_WAITING);
    machines.ready();
    closing.join();
    access.join();
    assertThat(machine(1).closed).isTrue();

    open(Duration.ofHours(1));

    assertThat(client.status(id).get("status").asText()).isEqualTo("sleeping");
  }

  @Test
  void aWakeThatFailsLeavesItAsleepAndTheNextMayWork() {
    String id = client.submit(persistent("true"));
    client.await(id, "sleeping");
    machines.failure = "no space left";
    Answer failed = access(id).join();
    machines.failure = null;

    assertThat(failed.json().get("error").asText()).contains("no space left");
    assertThat(client.status(id).get("status").asText()).isEqualTo("sleeping");
    assertThat(access(id).join().json().get("success").asBoolean()).isTrue();
  }

  @Test
  void aSyncThatFailsIsSaidAndTheJobSleepsAllTheSame() {
    machines.syncFailure = "disk full";
    String id = client.submit(persistent("true"));

    client.await(id, "sleeping");

    assertThat(client.log(id, "system")).containsExactly("sync failed: disk full");
  }

  /** Use, sleep and wake in any order, from several sides at once. */
  @Test
  void neitherStateNorMachinesAreLostWhenAllComesAtOnce() {
    reopen(Duration.ofMillis(2));
    String id = client.submit(persistent("true"));
    List<CompletableFuture<Void>> users =
        List.of(1, 2, 3).stream()
            .map(
                user ->
                    CompletableFuture.runAsync(
                        () -> {
                          for (int i = 0; i < 25; i++) {
                            assertThat(access(id).join().json().get("success").asBoolean())
                                .isTrue();
                          }
                        }))
            .toList();
    users.forEach(CompletableFuture::join);

    client.await(id, "sleeping");
    assertThat(machines.started).allMatch(machine -> machine.closed);
    assertThat(machines.mostUp.get()).isEqualTo(1);
    client.post("/mags-jobs/" + id + "/stop", null);
    client.await(id, "stopped");
  }
}
