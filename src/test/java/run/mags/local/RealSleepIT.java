package run.mags.local;

import static org.assertj.core.api.Assertions.assertThat;
import static run.mags.local.TestBackend.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How real sandboxes fall asleep after a second without use, and what wakes them. */
class RealSleepIT {
  private static final Duration IDLE = Duration.ofSeconds(1);

  @TempDir Path directory;
  private LocalBackend backend;
  private TestBackend client;

  @BeforeEach
  void start() {
    backend = LocalBackend.start(LocalOptions.in(directory.resolve("state")).withIdle(IDLE));
    client = TestBackend.of(backend);
  }

  @AfterEach
  void stop() {
    backend.close();
    // A guest's files do not go with the temporary directory.
    run.mags.local.sandbox.Sandboxes.erase(directory.resolve("state"));
  }

  private static ObjectNode persistent(String script, String workspace) {
    return job(script).put("persistent", true).put("workspace_id", workspace);
  }

  private JsonNode access(String id, int port) {
    JsonNode answer = client.post("/mags-jobs/" + id + "/access", "{\"port\":" + port + "}").json();
    assertThat(answer.get("success").asBoolean()).as(answer.toString()).isTrue();
    return answer;
  }

  private String asleep(ObjectNode job) {
    String id = client.submit(job);
    client.await(id, "sleeping");
    return id;
  }

  @Test
  void itSleepsAndNothingOfItRuns() throws Exception {
    String id = asleep(persistent("echo kept > file; sleep 98765.4321 & wait", "w"));

    assertThat(client.status(id).has("vm_id")).isFalse();
    assertThat(
            ProcessHandle.allProcesses()
                .filter(process -> process.info().commandLine().orElse("").contains("98765.4321")))
        .isEmpty();
  }

  @Test
  void accessWakesItWithItsFilesAndItsStartupCommand() {
    String id =
        asleep(
            persistent("echo kept > file", "w")
                .put("startup_command", "echo again; cat file; exit 3"));

    access(id, 22);

    assertThat(client.status(id).get("status").asText()).isEqualTo("running");
    assertThat(client.status(id).get("vm_id").asText()).isNotEmpty();
    TestBackend.until(
        "startup command",
        () -> client.log(id, "system").contains("the startup command ended with exit code 3"));
    assertThat(client.log(id, "stdout")).containsExactly("again", "kept");
    client.await(id, "sleeping");
  }

  /** The server says its version at once; the machine is there when a key is taken. */
  @Test
  void aConnectionToTheKeptPortWakesIt() throws Exception {
    String id = asleep(persistent("echo kept > file", "w").put("startup_command", "echo again"));
    JsonNode first = access(id, 22);
    client.await(id, "sleeping");

    int code = ssh(first, "cat /root/file");

    assertThat(code).isZero();
    TestBackend.until(
        "startup command",
        () -> client.log(id, "stdout").equals(java.util.List.of("again", "again")));
    assertThat(access(id, 22)).isEqualTo(first);
  }

  private int ssh(JsonNode access, String command) throws Exception {
    Path key = directory.resolve("key");
    OwnerOnly.replace(key, access.get("ssh_private_key").asText().getBytes(StandardCharsets.UTF_8));
    org.junit.jupiter.api.Assumptions.assumeTrue(
        java.nio.file.Files.exists(Path.of("/usr/bin/ssh")), "SKIPPED: there is no ssh");
    Process ssh =
        new ProcessBuilder(
                "/usr/bin/ssh",
                "-F",
                "none",
                "-i",
                key.toString(),
                "-p",
                access.get("ssh_port").asText(),
                "-o",
                "StrictHostKeyChecking=no",
                "-o",
                "UserKnownHostsFile=/dev/null",
                "-o",
                "LogLevel=ERROR",
                "root@" + access.get("ssh_host").asText(),
                command)
            .redirectErrorStream(true)
            .start();
    ssh.getOutputStream().close();
    String said = new String(ssh.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int code = ssh.waitFor();
    assertThat(said).isEqualTo("kept\n");
    return code;
  }

  @Test
  void aRequestToItsUrlWakesIt() throws Exception {
    int port = freePort();
    String server =
        ("while :; do printf 'HTTP/1.0 200 OK\\r\\nContent-Length: 3\\r\\n\\r\\nup\\n'"
                + " | busybox nc -l -p PORT; done")
            .replace("PORT", "" + port);
    String id = client.submit(persistent("true", "w").put("startup_command", server));
    String url = access(id, port).get("url").asText();
    client.await(id, "sleeping");

    HttpResponse<String> answer = get(url);

    assertThat(answer.body()).isEqualTo("up\n");
    assertThat(client.status(id).get("status").asText()).isEqualTo("running");
  }

  /** The server needs a moment after the sandbox is there, as anywhere. */
  private static HttpResponse<String> get(String url) throws Exception {
    for (int round = 0; ; round++) {
      try {
        HttpResponse<String> answer =
            HttpClient.newHttpClient()
                .send(
                    HttpRequest.newBuilder(URI.create(url)).build(),
                    HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() == 200 || round == 100) {
          return answer;
        }
      } catch (IOException e) {
        if (round == 100) {
          throw e;
        }
      }
      Thread.sleep(50);
    }
  }

  private static int freePort() throws IOException {
    try (java.net.ServerSocket socket = new java.net.ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @Test
  void noSleepAndUseKeepItAwake() throws Exception {
    String kept = client.submit(persistent("true", "kept").put("no_sleep", true));
    String used = client.submit(persistent("true", "used"));
    String idle = client.submit(persistent("true", "idle"));
    JsonNode door = access(used, 22);
    try (Socket visitor = new Socket(door.get("ssh_host").asText(), door.get("ssh_port").asInt())) {
      InputStream in = visitor.getInputStream();
      assertThat(in.read()).isEqualTo('S');
      client.await(idle, "sleeping");
      for (int i = 0; i < 30; i++) {
        access(used, 22);
        Thread.sleep(50);
      }

      assertThat(client.status(used).get("status").asText()).isEqualTo("running");
      assertThat(client.status(kept).get("status").asText()).isEqualTo("running");
    }
    client.await(used, "sleeping");
  }

  @Test
  void aBaseInUseCanBeStoodOnAndItsOwnerGoesOn() {
    String owner = client.submit(persistent("echo base > file", "base"));
    client.awaitExit(owner);

    String reader =
        client.submit(
            job("cat file; echo mine > file; sleep 2; cat file").put("base_workspace_id", "base"));
    client.await(owner, "sleeping");
    access(owner, 22);
    client.await(reader, "completed");

    assertThat(client.log(reader, "stdout")).containsExactly("base", "mine");
    String next = client.submit(job("cat file").put("base_workspace_id", "base"));
    client.await(next, "completed");
    assertThat(client.log(next, "stdout")).containsExactly("base");
  }

  @Test
  void aWorkspaceOfAnotherLevelIsRefusedAtOnce() throws Exception {
    String id = asleep(persistent("true", "w"));
    backend.close();
    backend =
        LocalBackend.start(
            LocalOptions.in(directory.resolve("state"))
                .withIsolation(run.mags.local.sandbox.IsolationChoice.PLAIN));
    client = TestBackend.of(backend);

    TestBackend.Answer answer = client.post("/mags-jobs/" + id + "/access", "{\"port\":22}");

    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.error()).contains("was made at isolation", "cannot be opened at plain");
  }

  @Test
  void memoryIsLimitedAndTheLogSaysSo() {
    ObjectNode hog = job("head -c 300000000 /dev/zero | tail | wc -c; echo after");
    hog.putObject("environment").put("__MAGS_MEM_GB", "0.1");

    String id = client.submit(hog);
    client.await(id, "completed");

    assertThat(client.log(id, "stdout")).containsExactly("0", "after");
    assertThat(client.log(id, "system")).singleElement().asString().contains("memory");
  }
}
