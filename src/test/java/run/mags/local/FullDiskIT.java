package run.mags.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static run.mags.local.TestBackend.job;

import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import run.mags.local.TestBackend.Answer;

/** A state directory on a small disk that is full. */
@Timeout(120)
class FullDiskIT {
  private static final String FULL = "No space left on device";

  @TempDir Path directory;
  private Path disk;
  private boolean mounted;
  private final List<String> warnings = new CopyOnWriteArrayList<>();
  private LocalBackend backend;
  private TestBackend client;

  @BeforeEach
  void start() throws Exception {
    disk = Files.createDirectory(directory.resolve("disk"));
    mounted = run("mount", "-t", "tmpfs", "-o", "size=24m,mode=700", "none", disk.toString()) == 0;
    assumeThat(mounted).as("a small disk can be mounted (as root)").isTrue();
    startBackend();
  }

  private void startBackend() {
    backend =
        LocalBackend.start(LocalOptions.in(disk.resolve("state")).withWarnings(warnings::add));
    client = TestBackend.of(backend);
  }

  @AfterEach
  void stop() throws Exception {
    if (backend != null) {
      backend.close();
    }
    if (mounted) {
      assertThat(run("umount", disk.toString())).isZero();
    }
  }

  private static int run(String... command) throws Exception {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }

  private Path fill() throws IOException {
    Path filler = disk.resolve("filler");
    byte[] block = new byte[4096];
    try (OutputStream out = Files.newOutputStream(filler)) {
      while (true) {
        out.write(block);
      }
    } catch (IOException full) {
      assertThat(full).hasMessage(FULL);
    }
    return filler;
  }

  private static List<Path> entries(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.toList();
    }
  }

  @Test
  void whatCannotBeStoredIsRefusedAndWhatIsThereGoesOn() throws Exception {
    String kept =
        client.submit(
            job("echo begun; while :; do read line <fifo; echo \"$line\"; done")
                .put("persistent", true)
                .put("workspace_id", "w"));
    String early = client.submit(job("echo early; echo safe >file").put("workspace_id", "v"));
    client.await(early, "completed");
    client.await(kept, "running");
    Path filler = fill();

    Answer submitted = client.post("/mags-jobs", "{\"type\":\"inline\",\"script\":\"true\"}");
    Answer cron =
        client.post(
            "/mags-cron", "{\"name\":\"c\",\"cron_expression\":\"@daily\",\"script\":\"true\"}");
    String form =
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n"
            + "x".repeat(100_000)
            + "\r\n--b--\r\n";
    Answer uploaded =
        TestBackend.send(
            client
                .request("/api/v1/mags-files")
                .header("Authorization", "Bearer " + client.token())
                .header("Content-Type", "multipart/form-data; boundary=b")
                .POST(HttpRequest.BodyPublishers.ofString(form)));

    assertThat(submitted.status()).isEqualTo(500);
    assertThat(submitted.error()).isEqualTo("the job cannot be stored: " + FULL);
    assertThat(cron.status()).isEqualTo(500);
    assertThat(cron.error()).isEqualTo("the cron job cannot be stored: " + FULL);
    assertThat(uploaded.status()).isEqualTo(507);
    assertThat(uploaded.error()).isEqualTo("the file cannot be stored: " + FULL);
    assertThat(client.status(kept).get("status").asText()).isEqualTo("running");
    assertThat(client.log(early, "stdout")).containsExactly("early");
    client.post("/mags-jobs/" + kept + "/stop", null);
    client.await(kept, "stopped");
    assertThat(warnings).anyMatch(line -> line.contains(kept) && line.contains(FULL));

    Files.delete(filler);
    warnings.clear();
    String late = client.submit(job("cat file").put("workspace_id", "v"));
    client.await(late, "completed");
    assertThat(client.log(late, "stdout")).containsExactly("safe");
    assertThat(warnings).isEmpty();
    assertThat(entries(disk.resolve("state/files"))).isEmpty();
    assertThat(entries(disk.resolve("state/cron"))).isEmpty();
    assertThat(entries(disk.resolve("state/jobs"))).hasSize(3);
  }

  @Test
  void aStoppedJobThatLostOutputSaysSoAsSoonAsThereIsRoom() throws Exception {
    String chatty = client.submit(job("echo begun; while sleep 0.02; do echo more; done"));
    TestBackend.until("output", () -> client.log(chatty, "stdout").contains("begun"));
    Path filler = fill();
    TestBackend.until("loss", () -> warnings.stream().anyMatch(line -> line.contains(FULL)));
    client.post("/mags-jobs/" + chatty + "/stop", null);
    client.await(chatty, "stopped");

    Files.delete(filler);
    TestBackend.until(
        "note",
        () ->
            client.log(chatty, "system").stream()
                .anyMatch(line -> line.startsWith("output is missing here: ")));
    backend.close();
    startBackend();

    assertThat(client.status(chatty).get("status").asText()).isEqualTo("stopped");
    assertThat(client.status(chatty).get("error").asText())
        .isEqualTo("its log could not be written: " + FULL);
  }

  @Test
  void aFullDiskAtTheEndAndAtTheStartCostsNoRecord() throws Exception {
    String kept = client.submit(job("sleep 600").put("persistent", true).put("workspace_id", "w"));
    client.await(kept, "running");
    Path filler = fill();

    backend.close();
    Files.delete(filler);
    startBackend();

    assertThat(client.status(kept).get("status").asText()).isEqualTo("sleeping");
    assertThat(entries(disk.resolve("state/run"))).isEmpty();
  }
}
