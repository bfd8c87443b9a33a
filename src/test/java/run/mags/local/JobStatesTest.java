package run.mags.local;

import static org.assertj.core.api.Assertions.assertThat;
import static run.mags.local.TestBackend.job;

import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.mags.local.TestBackend.Answer;
import run.mags.local.sandbox.IsolationChoice;

/** The ways of a job through its states when machines are slow, fail, or die. */
class JobStatesTest {
  @TempDir Path directory;
  private FakeMachines machines;
  private LocalBackend backend;
  private TestBackend client;

  @BeforeEach
  void start() {
    machines = new FakeMachines(directory.resolve("machines"));
    open();
  }

  private void open() {
    backend =
        LocalBackend.start(
            LocalOptions.in(directory.resolve("state")).withIsolation(IsolationChoice.PLAIN),
            (state, isolation, network) -> machines,
            Clock.systemUTC());
    client = TestBackend.of(backend);
  }

  @AfterEach
  void stop() {
    machines.ready();
    backend.close();
  }

  @Test
  void itIsPendingUntilItsMachineIsThere() {
    String id = client.submit(job("true"));
    TestBackend.until("start", () -> machines.starting.get() == 1);

    assertThat(client.status(id).get("status").asText()).isEqualTo("pending");
    assertThat(client.status(id).has("vm_id")).isFalse();
    assertThat(client.status(id).has("started_at")).isFalse();
    machines.ready();

    assertThat(client.await(id, "completed").get("exit_code").asInt()).isZero();
    TestBackend.until("machine to be closed", () -> machines.started.get(0).closed);
  }

  @Test
  void aMachineThatCannotStartIsAnErrorWithItsReason() {
    machines.failure = "no space left";
    machines.ready();

    String id = client.submit(job("true"));

    assertThat(client.await(id, "error").get("error").asText()).isEqualTo("no space left");
    assertThat(client.log(id, "system")).containsExactly("no space left");
  }

  @Test
  void onlyAFewMachinesStartAtOnceAndTheRestWaitInOrder() {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      ids.add(client.submit(job("true")));
    }
    int atOnce = Math.max(2, Runtime.getRuntime().availableProcessors());
    TestBackend.until("starts", () -> machines.starting.get() == atOnce);
    assertThat(client.status(ids.get(11)).get("status").asText()).isEqualTo("pending");
    machines.ready();

    ids.forEach(id -> client.await(id, "completed"));
    assertThat(machines.mostStarting.get()).isEqualTo(atOnce);
  }

  @Test
  void aJobThatWaitsIsStoppedAtOnceAndNeverStarts() {
    int atOnce = Math.max(2, Runtime.getRuntime().availableProcessors());
    for (int i = 0; i < atOnce; i++) {
      client.submit(job("true"));
    }
    TestBackend.until("starts", () -> machines.starting.get() == atOnce);
    String waiting = client.submit(job("true"));

    client.post("/mags-jobs/" + waiting + "/stop", null);

    assertThat(client.status(waiting).get("status").asText()).isEqualTo("stopped");
    machines.ready();
    String next = client.submit(job("true"));
    client.await(next, "completed");
    assertThat(client.status(waiting).get("status").asText()).isEqualTo("stopped");
    assertThat(machines.started).hasSize(atOnce + 1);
  }

  @Test
  void aJobThatIsStartingIsStoppedOnceItsMachineIsGoneAgain() {
    String id = client.submit(job("true"));
    TestBackend.until("start", () -> machines.starting.get() == 1);

    client.post("/mags-jobs/" + id + "/stop", null);
    assertThat(client.status(id).get("status").asText()).isEqualTo("stopping");
    machines.ready();

    client.await(id, "stopped");
    assertThat(machines.started.get(0).closed).isTrue();
    assertThat(client.status(id).has("exit_code")).isFalse();
  }

  @Test
  void aMachineThatDiesEndsAJobInErrorAndPutsAPersistentOneToSleep() {
    machines.ready();
    String once = client.submit(job("sleep 600"));
    client.await(once, "running");
    machines.started.get(0).ended.complete(null);
    String kept = client.submit(job("true").put("persistent", true));
    client.awaitExit(kept);
    machines.started.get(1).ended.complete(null);

    assertThat(client.await(once, "error").get("error").asText())
        .isEqualTo("the sandbox ended unexpectedly");
    assertThat(client.log(once, "system")).containsExactly("the sandbox ended unexpectedly");
    client.await(kept, "sleeping");
    assertThat(client.log(kept, "system")).containsExactly("the sandbox ended unexpectedly");
  }

  @Test
  void accessWaitsForAMachineOnItsWay() {
    String id = client.submit(job("sleep 600"));
    TestBackend.until("start", () -> machines.starting.get() == 1);
    CompletableFuture<Answer> access =
        CompletableFuture.supplyAsync(
            () -> client.post("/mags-jobs/" + id + "/access", "{\"port\":22}"));

    machines.ready();

    assertThat(access.join().json().get("success").asBoolean()).isTrue();
  }

  @Test
  void aBackendThatClosesLeavesWhatHasNotBegunForTheNextOne() throws Exception {
    String id = client.submit(job("echo late"));
    TestBackend.until("start", () -> machines.starting.get() == 1);
    Thread closing = new Thread(backend::close);
    closing.start();
    TestBackend.until("wait for jobs", () -> closing.getState() == Thread.State.TIMED_WAITING);
    machines.ready();
    closing.join();

    open();

    client.await(id, "completed");
    assertThat(client.log(id, "stdout")).containsExactly("late");
  }
}
