package run.mags.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static run.mags.local.TestBackend.job;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** URLs of sandboxes with a real server inside. */
class UrlsIT {
  private static final String WEB =
      "mkdir -p /tmp/www && cd /tmp/www && echo %1$s >index.html && truncate -s %3$d big"
          + " && exec busybox httpd -f -p 127.0.0.1:%2$d -h /tmp/www";

  private static final long GIB = 1L << 30;

  @TempDir Path directory;
  private LocalBackend backend;
  private TestBackend client;
  private int port;

  @BeforeEach
  void start() throws IOException {
    assumeTrue(
        Stream.of("/bin/busybox", "/usr/bin/busybox").anyMatch(p -> Files.isExecutable(Path.of(p))),
        "SKIPPED: no busybox on this machine, which is the server in the sandbox");
    start(LocalOptions.in(directory.resolve("state")));
    port = freePort();
  }

  private void start(LocalOptions options) {
    backend = LocalBackend.start(options);
    client = TestBackend.of(backend);
    assumeTrue(
        !backend.self().isolation().equals("plain"),
        "SKIPPED: no namespaces on this machine, so that /tmp/www would be the host's");
  }

  @AfterEach
  void stop() {
    if (backend != null) {
      backend.close();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** A persistent job that serves this text, also after each sleep. */
  private String serving(String text, int inside) {
    String script = WEB.formatted(text, inside, GIB);
    return client.submit(
        job(script)
            .put("persistent", true)
            .put("workspace_id", text)
            .put("startup_command", script));
  }

  private JsonNode access(String id, int inside) {
    return client.post("/mags-jobs/" + id + "/access", "{\"port\":" + inside + "}").json();
  }

  /** The whole answer to one request at the port that goes by names. */
  private String get(String host) throws IOException {
    return get(namesPort(), host);
  }

  private int namesPort() throws IOException {
    return Integer.parseInt(Files.readString(directory.resolve("state/url-port")).strip());
  }

  private static String get(int at, String host) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), at)) {
      socket.setSoTimeout(60_000);
      String request = "GET / HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void aJobIsReachedByItsNameAndByAPortOfItsOwn() throws IOException {
    JsonNode access = access(serving("web", port), port);

    assertThat(get(access.get("subdomain").asText() + ".localhost"))
        .startsWith("HTTP/1.1 200 OK")
        .contains("web\n");
    URI own = URI.create(access.get("url").asText());
    assertThat(get(own.getPort(), "127.0.0.1:" + own.getPort())).contains("web\n");
    assertThat(get(own.getPort(), "evil.example")).startsWith("HTTP/1.1 403 ");
  }

  @Test
  void namesThatAreNotOpenLeadNowhere() throws IOException {
    String id = client.submit(job("true").put("persistent", true).put("name", "closed"));

    assertThat(get("nobody.localhost")).startsWith("HTTP/1.1 404 Not Found");
    assertThat(get("evil.example")).startsWith("HTTP/1.1 404 Not Found");
    assertThat(get("closed-" + id.substring(0, 8) + ".localhost")).startsWith("HTTP/1.1 404 ");
  }

  @Test
  void whereNothingListensItIs502() throws Exception {
    String id = client.submit(job("true").put("persistent", true));
    client.awaitExit(id);
    JsonNode access = access(id, port);

    String answer = get(access.get("subdomain").asText() + ".localhost");

    assertThat(answer).startsWith("HTTP/1.1 502 Bad Gateway");
    assertThat(answer).contains("nothing listens on port " + port + " in the sandbox");
  }

  @Test
  void aRequestWakesASandboxThatSleeps() throws IOException {
    backend.close();
    start(LocalOptions.in(directory.resolve("state")).withIdle(Duration.ofMillis(700)));
    String id = serving("awake", port);
    JsonNode access = access(id, port);
    client.await(id, "sleeping");

    assertThat(get(access.get("subdomain").asText() + ".localhost")).contains("awake\n");
    client.await(id, "sleeping");
    URI own = URI.create(access.get("url").asText());
    assertThat(get(own.getPort(), "localhost")).contains("awake\n");
  }

  @Test
  void anAliasLeadsToItsWorkspace() throws IOException {
    access(serving("aliased", port), port);
    String alias = "{\"subdomain\":\"shop\",\"workspace_id\":\"aliased\",\"domain\":\"localhost\"}";
    TestBackend.Answer made =
        TestBackend.send(
            client
                .request("/api/v2/mags-url-aliases")
                .header("Authorization", "Bearer " + client.token())
                .POST(HttpRequest.BodyPublishers.ofString(alias)));
    assertThat(made.status()).describedAs(made.text()).isLessThan(300);

    assertThat(get("shop.localhost")).startsWith("HTTP/1.1 200 OK").contains("aliased\n");
  }

  @Test
  void twoSandboxesServeOnOnePort() throws IOException {
    assumeTrue(
        backend.self().network().equals("private"),
        "SKIPPED: sandboxes share the network of this machine, so no two can use one port");
    JsonNode one = access(serving("one", 8080), 8080);
    JsonNode other = access(serving("other", 8080), 8080);

    assertThat(get(one.get("subdomain").asText() + ".localhost")).contains("one\n");
    assertThat(get(other.get("subdomain").asText() + ".localhost")).contains("other\n");
  }

  @Test
  void aGibComesOutAndGoesIn() throws IOException {
    String id = serving("big", port);
    JsonNode access = access(id, port);
    URI big = URI.create(access.get("url").asText());
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), big.getPort())) {
      socket
          .getOutputStream()
          .write("GET /big HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(count(socket.getInputStream())).isBetween(GIB, GIB + 1000);
    }

    int counting = freePort();
    String sink =
        client.submit(
            job("busybox nc -l -p " + counting + " | wc -c")
                .put("persistent", true)
                .put("no_sleep", true));
    URI in = URI.create(access(sink, counting).get("url").asText());
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), in.getPort())) {
      OutputStream out = socket.getOutputStream();
      byte[] zeros = new byte[1 << 20];
      for (int i = 0; i < 1024; i++) {
        out.write(zeros);
      }
      socket.shutdownOutput();
      count(socket.getInputStream());
    }
    TestBackend.until("count", () -> client.log(sink, "stdout").contains(Long.toString(GIB)));
  }

  private static long count(InputStream in) throws IOException {
    return in.transferTo(OutputStream.nullOutputStream());
  }
}
