package run.mags.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import run.mags.error.CliException;
import run.mags.local.TestBackend.Answer;
import run.mags.local.sandbox.IsolationChoice;

/** What holds for every call: who may make it, and what becomes of one that does not exist. */
class ApiServerTest {
  @TempDir Path directory;
  private LocalBackend backend;
  private TestBackend client;

  @BeforeEach
  void start() {
    backend =
        LocalBackend.start(
            LocalOptions.in(directory.resolve("state"))
                .withIsolation(IsolationChoice.PLAIN)
                .withVersion("1.2.3"));
    client = TestBackend.of(backend);
  }

  @AfterEach
  void stop() {
    backend.close();
  }

  @Test
  void healthNeedsNoTokenAndSaysWhoIsThere() {
    Answer health = TestBackend.send(client.request("/_mags_local/health"));

    assertThat(health.status()).isEqualTo(200);
    assertThat(health.json().get("version").asText()).isEqualTo("1.2.3");
    assertThat(health.json().get("pid").asLong()).isEqualTo(ProcessHandle.current().pid());
    assertThat(health.json().get("isolation").asText()).isEqualTo("plain");
    assertThat(health.text()).doesNotContain(backend.token());
  }

  @Test
  void everythingElseNeedsTheToken() {
    Answer none = TestBackend.send(client.request("/api/v1/mags-jobs"));
    Answer wrong =
        TestBackend.send(client.request("/api/v1/mags-jobs").header("Authorization", "Bearer x"));
    Answer unknown = TestBackend.send(client.request("/elsewhere"));
    Answer shutdown =
        TestBackend.send(
            client
                .request("/_mags_local/shutdown")
                .POST(java.net.http.HttpRequest.BodyPublishers.noBody()));

    assertThat(none.status()).isEqualTo(401);
    assertThat(none.error()).isEqualTo("missing bearer token");
    assertThat(none.response().headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
    assertThat(wrong.status()).isEqualTo(401);
    assertThat(wrong.error()).isEqualTo("invalid token");
    assertThat(unknown.status()).isEqualTo(401);
    assertThat(shutdown.status()).isEqualTo(401);
  }

  @Test
  void anUnknownPathIsNotFound() {
    Answer answer = client.get("/mags-nothing");

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.error()).isEqualTo("no such call: /api/v1/mags-nothing");
  }

  @Test
  void anotherMethodIsNotAllowed() {
    Answer answer = client.send("DELETE", "/mags-jobs", null);

    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.response().headers().firstValue("Allow")).hasValue("GET, POST");
    assertThat(answer.error()).isEqualTo("DELETE is not possible here");
  }

  /** A page in a browser can point a name of its own at this machine, but not hide that name. */
  @ParameterizedTest
  @ValueSource(strings = {"evil.example", "evil.example:80", "127.0.0.1.evil.example", ""})
  void aRequestUnderAForeignNameIsRefused(String host) throws IOException {
    assertThat(raw("GET /_mags_local/health HTTP/1.1\r\nHost: " + host))
        .startsWith("HTTP/1.1 403 ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "localhost:1", "127.0.0.1:80", "[::1]:80", "app.localhost"})
  void aRequestUnderALoopbackNameIsAnswered(String host) throws IOException {
    assertThat(raw("GET /_mags_local/health HTTP/1.1\r\nHost: " + host))
        .startsWith("HTTP/1.1 200 ");
  }

  @Test
  void itListensOnTheLoopbackInterfaceOnly() throws IOException {
    for (var network :
        java.util.Collections.list(java.net.NetworkInterface.getNetworkInterfaces())) {
      for (InetAddress address : java.util.Collections.list(network.getInetAddresses())) {
        if (!address.isLoopbackAddress()) {
          assertThatThrownBy(
                  () -> {
                    try (Socket socket = new Socket()) {
                      socket.connect(
                          new InetSocketAddress(address, backend.url().getPort()), 2_000);
                    }
                  })
              .isInstanceOf(IOException.class);
        }
      }
    }
    assertThat(backend.url().getHost()).isEqualTo("127.0.0.1");
  }

  @Test
  void aTakenPortIsNamed() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      LocalOptions options =
          LocalOptions.in(directory.resolve("other"))
              .withIsolation(IsolationChoice.PLAIN)
              .withPort(taken.getLocalPort());

      assertThatThrownBy(() -> LocalBackend.start(options))
          .isInstanceOf(CliException.class)
          .hasMessageContaining("port " + taken.getLocalPort() + " cannot be used");
      // The failure gave the state directory free again.
      LocalBackend.start(options.withPort(0)).close();
    }
  }

  private String raw(String head) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), backend.url().getPort())) {
      socket.setSoTimeout(10_000);
      socket
          .getOutputStream()
          .write((head + "\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
