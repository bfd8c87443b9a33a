package run.mags.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.mags.api.model.JobStatus;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.local.LocalBackend;
import run.mags.local.LocalOptions;
import run.mags.local.sandbox.IsolationChoice;
import run.mags.testing.FakeApi;
import run.mags.testing.Programs;
import run.mags.wait.WaitTimeoutException;

/** {@code browser}: with Chromium where there is one, and with a program that stands in for it. */
class BrowserIT {
  private static final Duration LIMIT = Duration.ofMinutes(1);

  @TempDir private Path directory;
  private LocalBackend backend;
  private MagsClient mags;

  @BeforeEach
  void start() {
    backend =
        LocalBackend.start(
            LocalOptions.in(directory.resolve("state"))
                .withIsolation(IsolationChoice.PLAIN)
                .withIdle(Duration.ofMillis(500)));
    mags = MagsClient.open(backend.url(), backend.token(), directory);
  }

  @AfterEach
  void stop() {
    mags.close();
    backend.close();
  }

  /** A program named chromium in the workspace, which goes before an installed one. */
  private void standIn(String workspace, String script) {
    String install =
        "mkdir bin && printf '%s\\n' '#!/bin/sh' \"$TEXT\" > bin/chromium && chmod +x bin/chromium";
    JobSpec spec = JobSpec.script(install).workspace(workspace).env("TEXT", script);
    assertThat(mags.run(spec, LIMIT).exitCode()).isZero();
  }

  @Test
  void aBrowserIsDrivenAndStartsAgainAfterASleep() throws Exception {
    Programs.assumeInstalled("chromium");

    BrowserEndpoint browser = mags.browser("web", LIMIT);

    assertThat(evaluate(browser)).contains("HeadlessChrome");
    mags.poller()
        .until(
            () -> mags.status(browser.requestId()),
            job -> job.state() == JobStatus.SLEEPING,
            LIMIT,
            "sleep",
            job -> job.status(),
            null);
    BrowserEndpoint woken = mags.browser("web", LIMIT);
    assertThat(woken.requestId()).isEqualTo(browser.requestId());
    assertThat(woken.webSocketUrl()).isNotEqualTo(browser.webSocketUrl());
    assertThat(evaluate(woken)).contains("HeadlessChrome");
  }

  /** Asks the browser for its version over the DevTools protocol. */
  private static String evaluate(BrowserEndpoint browser) throws Exception {
    CompletableFuture<String> answer = new CompletableFuture<>();
    WebSocket.Listener listener =
        new WebSocket.Listener() {
          @Override
          public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
            answer.complete(text.toString());
            return null;
          }
        };
    WebSocket socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(URI.create(browser.webSocketUrl()), listener)
            .get(30, TimeUnit.SECONDS);
    socket.sendText("{\"id\":1,\"method\":\"Browser.getVersion\"}", true).get(30, TimeUnit.SECONDS);
    socket.request(1);
    String text = answer.get(30, TimeUnit.SECONDS);
    socket.abort();
    return text;
  }

  @Test
  void theAddressHasThePublicHostWhateverTheBrowserCallsItself() throws Exception {
    withServer(
        "{\"webSocketDebuggerUrl\":\"ws://localhost/devtools/browser/b-1\"}",
        port -> {
          standIn(
              "web",
              "echo 'DevTools listening on ws://127.0.0.1:"
                  + port
                  + "/devtools/browser/b-1' >&2; exec sleep 600");

          BrowserEndpoint browser = mags.browser("web", LIMIT);

          assertThat(browser.url()).matches("http://127\\.0\\.0\\.1:[0-9]+");
          assertThat(browser.webSocketUrl())
              .isEqualTo("ws" + browser.url().substring(4) + "/devtools/browser/b-1");
          assertThat(mags.browser("web", LIMIT)).isEqualTo(browser);
          return null;
        });
  }

  @Test
  void whatAnswersLikeNoBrowserIsNotTakenForOne() throws Exception {
    withServer(
        "welcome",
        port -> {
          standIn(
              "web",
              "echo DevTools listening on ws://127.0.0.1:" + port + "/x >&2; exec sleep 600");

          assertThatThrownBy(() -> mags.browser("web", Duration.ofSeconds(3)))
              .isInstanceOf(WaitTimeoutException.class)
              .hasMessageContaining("it answers with status 200");
          return null;
        });
  }

  private static void withServer(String body, Function<Integer, Void> use) throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/json/version",
        exchange -> {
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
    try {
      use.apply(server.getAddress().getPort());
    } finally {
      server.stop(0);
    }
  }

  @Test
  void aBrowserThatEndsIsAFailureAtOnce() {
    standIn("web", "echo cannot start >&2; exit 3");

    assertThatThrownBy(() -> mags.browser("web", LIMIT))
        .isInstanceOfSatisfying(
            CliException.class,
            failure -> {
              assertThat(failure.kind()).isEqualTo(ErrorKind.JOB_FAILED);
              assertThat(failure).hasMessage("no browser runs in web: its script ended with 3");
              assertThat(failure.hint()).hasValue("see why: mags logs web; then: mags stop web");
            });
  }

  /**
   * Chromium answers on its own loopback interface alone; there, something has to stand before it.
   */
  @Test
  void onAnotherMachineARelayOffersThePort() {
    try (FakeApi api = new FakeApi();
        MagsClient elsewhere = MagsClient.open(api.url(), "not-a-real-token", directory)) {
      String id = "11111111-2222-3333-4444-555555555555";
      api.answers("{\"jobs\":[],\"total\":0}").answers(202, "{\"request_id\":\"" + id + "\"}");
      api.answers("{\"status\":\"running\"}")
          .answers("{\"success\":true,\"url\":\"" + api.url() + "\"}");
      api.answers("{\"status\":\"running\"}");
      api.answers("{\"webSocketDebuggerUrl\":\"ws://localhost/devtools/browser/b-1\"}");

      BrowserEndpoint browser = new BrowserStart(elsewhere, false, "web", LIMIT).run(started -> {});

      assertThat(browser.webSocketUrl()).endsWith(api.url().getPort() + "/devtools/browser/b-1");
      assertThat(api.body(1)).contains("\"script\":\"relay=yes\\n").contains("\"name\":\"web\"");
      assertThat(api.body(3)).isEqualTo("{\"port\":9222}");
    }
  }
}
