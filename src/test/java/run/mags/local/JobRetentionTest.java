package run.mags.local;

import static org.assertj.core.api.Assertions.assertThat;
import static run.mags.local.TestBackend.job;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.mags.api.model.JobStatus;
import run.mags.api.model.Json;
import run.mags.local.sandbox.IsolationChoice;

/** Which jobs a backend still knows. */
class JobRetentionTest {
  @TempDir Path directory;

  private LocalBackend open() {
    return LocalBackend.start(
        LocalOptions.in(directory.resolve("state")).withIsolation(IsolationChoice.PLAIN));
  }

  private Path folder(String id) {
    return directory.resolve("state").resolve("jobs").resolve(id);
  }

  private void rewrite(String id, Instant completed, JobStatus status) throws IOException {
    Path file = folder(id).resolve("job.json");
    ObjectNode record = (ObjectNode) Json.read(Files.readString(file));
    record.put("completed_at", completed.toString());
    record.put("status", status.name().toLowerCase(java.util.Locale.ROOT));
    Files.writeString(file, Json.write(record));
  }

  @Test
  void whatEndedLongAgoIsForgottenWithItsFiles() throws Exception {
    String old;
    String recent;
    String asleep;
    try (LocalBackend backend = open()) {
      TestBackend client = TestBackend.of(backend);
      old = client.submit(job("true"));
      recent = client.submit(job("true"));
      asleep = client.submit(job("true").put("persistent", true));
      client.await(old, "completed");
      client.await(recent, "completed");
      client.awaitExit(asleep);
    }
    Instant now = Instant.now();
    rewrite(old, now.minus(JobRetention.LONGEST).minusSeconds(60), JobStatus.COMPLETED);
    rewrite(recent, now.minus(Duration.ofDays(29)), JobStatus.COMPLETED);
    rewrite(asleep, now.minus(Duration.ofDays(300)), JobStatus.SLEEPING);

    try (LocalBackend backend = open()) {
      TestBackend client = TestBackend.of(backend);
      assertThat(client.get("/mags-jobs").json().get("jobs").findValuesAsText("request_id"))
          .containsExactly(asleep, recent);
      assertThat(client.get("/mags-jobs/" + old + "/status").status()).isEqualTo(404);
      TestBackend.until("removal", () -> !Files.exists(folder(old)));
      assertThat(folder(recent)).exists();
    }
  }

  @Test
  void ofManyTheNewestAreKept() throws Exception {
    Path jobs = OwnerOnly.directory(directory.resolve("state").resolve("jobs"));
    Instant begin = Instant.now().minusSeconds(JobRetention.MOST + 10);
    for (int i = 0; i < JobRetention.MOST + 3; i++) {
      String id = "00000000-0000-4000-8000-%012d".formatted(i);
      ObjectNode record = Json.object().put("id", id).put("status", "completed");
      record.put("created_at", begin.plusSeconds(i).toString());
      record.put("completed_at", begin.plusSeconds(i).toString());
      record.putObject("request").put("type", "inline");
      Files.writeString(
          OwnerOnly.directory(jobs.resolve(id)).resolve("job.json"), Json.write(record));
    }

    try (LocalBackend backend = open()) {
      TestBackend client = TestBackend.of(backend);
      assertThat(client.get("/mags-jobs").json().get("total").asInt()).isEqualTo(JobRetention.MOST);
      client.await(client.submit(job("true")), "completed");
      client.await(client.submit(job("true")), "completed");
      assertThat(client.get("/mags-jobs").json().get("total").asInt())
          .isBetween(JobRetention.MOST, JobRetention.MOST + 1);
      assertThat(client.get("/mags-jobs/00000000-0000-4000-8000-000000000002/status").status())
          .isEqualTo(404);
    }
  }
}
