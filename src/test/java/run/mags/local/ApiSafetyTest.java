package run.mags.local;

import static org.assertj.core.api.Assertions.assertThat;
import static run.mags.local.TestBackend.job;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import run.mags.api.model.Json;
import run.mags.local.TestBackend.Answer;
import run.mags.local.sandbox.IsolationChoice;

/** Requests that a careless or hostile process of this machine might send. */
class ApiSafetyTest {
  private static final String ID = "00000000-0000-0000-0000-000000000000";

  @TempDir Path directory;
  private LocalBackend backend;
  private TestBackend client;

  @BeforeEach
  void start() throws IOException {
    Files.writeString(directory.resolve("outside"), "secret of the host");
    backend =
        LocalBackend.start(
            LocalOptions.in(directory.resolve("state")).withIsolation(IsolationChoice.PLAIN));
    client = TestBackend.of(backend);
  }

  @AfterEach
  void stop() {
    backend.close();
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /api/v1/mags-jobs",
    "GET, /api/v1/mags-jobs",
    "GET, /api/v1/mags-jobs/usage",
    "GET, /api/v1/mags-jobs/pool-status",
    "GET, /api/v1/mags-jobs/" + ID + "/status",
    "GET, /api/v1/mags-jobs/" + ID + "/logs",
    "POST, /api/v1/mags-jobs/" + ID + "/access",
    "POST, /api/v1/mags-jobs/" + ID + "/stop",
    "POST, /api/v1/mags-jobs/" + ID + "/sync",
    "PATCH, /api/v1/mags-jobs/" + ID,
    "POST, /api/v1/mags-files",
    "GET, /api/v1/mags-workspaces",
    "DELETE, /api/v1/mags-workspaces/w",
    "POST, /api/v1/mags-cron",
    "GET, /api/v1/mags-cron",
    "PATCH, /api/v1/mags-cron/" + ID,
    "DELETE, /api/v1/mags-cron/" + ID,
    "POST, /api/v2/mags-url-aliases",
    "GET, /api/v2/mags-url-aliases",
    "DELETE, /api/v2/mags-url-aliases/x",
    "POST, /_mags_local/shutdown",
    "GET, /_mags_local/nothing",
    "DELETE, /_mags_local/health",
    "GET, /"
  })
  void everyCallButHealthNeedsTheToken(String method, String path) {
    HttpRequest.BodyPublisher none = HttpRequest.BodyPublishers.noBody();

    Answer without = TestBackend.send(client.request(path).method(method, none));
    Answer wrong =
        TestBackend.send(
            client
                .request(path)
                .header("Authorization", "Bearer " + client.token() + "x")
                .method(method, none));

    assertThat(without.status()).isEqualTo(401);
    assertThat(without.error()).isEqualTo("missing bearer token");
    assertThat(wrong.status()).isEqualTo(401);
    assertThat(wrong.error()).isEqualTo("invalid token");
    assertThat(TestBackend.send(client.request("/_mags_local/health").method("GET", none)).status())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/mags-jobs/..%2F..%2Foutside/logs",
        "/mags-jobs/%2e%2e/status",
        "/mags-jobs/%2Fetc%2Fpasswd/logs",
        "/mags-jobs/%00/status",
        "/mags-jobs/" + ID + "%2F..%2F" + ID + "/status",
        "/mags-jobs/../../_mags_local/health",
        "/mags-jobs//status",
        "/mags-jobs/%20/status"
      })
  void aPathThatWalksTheTreeFindsNothing(String path) throws IOException {
    String answer = raw("GET /api/v1" + path + " HTTP/1.1", "");

    assertThat(answer).startsWith("HTTP/1.1 404 ").contains("{\"error\":\"");
    assertThat(answer).doesNotContain("secret of the host");
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", "../outside", "/etc/passwd", "", ".", "..%2Foutside", ID, "\u0000"})
  void aFileIdThatIsNoneIsRefused(String file) {
    ObjectNode request = job("cat *");
    request.putArray("file_ids").add(file);

    Answer answer = client.post("/mags-jobs", Json.write(request));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.error()).isEqualTo("file not found: " + file);
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", ".", "../../outside", "/", "a/../../b", "~", "%2e%2e"})
  void aWorkspaceOfAnOddNameIsInItsDirectoryAndNowhereElse(String name) throws IOException {
    String id = client.submit(job("echo here > file").put("workspace_id", name));
    client.await(id, "completed");

    try (var trees = Files.list(directory.resolve("state/workspaces"))) {
      assertThat(trees.filter(tree -> !tree.getFileName().toString().startsWith(".")).count())
          .isEqualTo(1);
    }
    String encoded =
        java.net.URLEncoder.encode(name, StandardCharsets.UTF_8)
            .replace("+", "%20")
            .replace(".", "%2E");
    assertThat(client.send("DELETE", "/mags-workspaces/" + encoded, null).status()).isEqualTo(200);
    assertThat(directory.resolve("outside")).exists();
    assertThat(directory.resolve("state/jobs")).exists();
  }

  @Test
  void aBodyThatIsTooLargeIsRefusedAndTheConnectionServesOn() {
    String large = "{\"startup_command\":\"" + "x".repeat(2 << 20) + "\"}";
    String id = client.submit(job("sleep 600").put("persistent", true));

    Answer answer = client.send("PATCH", "/mags-jobs/" + id, large);

    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.error()).isEqualTo("the request is larger than 1048576 bytes");
    assertThat(client.get("/mags-jobs").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{\"a\":"})
  void aBodyNestedTooDeeplyIsRefused(String opening) {
    Answer answer = client.post("/mags-jobs", opening.repeat(100_000));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.error()).startsWith("invalid JSON: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"HEAD", "OPTIONS", "TRACE", "BREW"})
  void aMethodThatNobodyHasIsNotAllowed(String method) throws IOException {
    String answer =
        raw(
            method + " /api/v1/mags-jobs HTTP/1.1",
            "Authorization: Bearer " + client.token() + "\r\n");

    assertThat(answer).startsWith("HTTP/1.1 405 ").containsIgnoringCase("Allow: GET, POST\r\n");
    if (!method.equals("HEAD")) {
      assertThat(answer).endsWith("{\"error\":\"" + method + " is not possible here\"}");
    }
  }

  /** Half a request each, as slow as it likes: others are served all the same. */
  @Test
  void manyWhoNeverEndTheirRequestHoldNobodyUp() throws IOException {
    List<Socket> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 150; i++) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), backend.url().getPort());
        slow.add(socket);
        String half = i % 2 == 0 ? "GET /api" : "POST /api/v1/mags-jobs HTTP/1.1\r\nHost: lo";
        socket.getOutputStream().write(half.getBytes(StandardCharsets.US_ASCII));
      }

      assertThat(client.get("/mags-jobs").status()).isEqualTo(200);
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
  }

  private String raw(String line, String headers) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), backend.url().getPort())) {
      socket.setSoTimeout(10_000);
      boolean authorized = headers.contains("Authorization");
      String request =
          line
              + "\r\nHost: localhost\r\n"
              + headers
              + (authorized ? "" : "Authorization: Bearer " + client.token() + "\r\n")
              + "Connection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
