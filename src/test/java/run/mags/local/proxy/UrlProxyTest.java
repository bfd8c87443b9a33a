package run.mags.local.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import run.mags.local.proxy.ProxyFixture.Script;
import run.mags.local.proxy.ProxyFixture.Wire;

/** HTTP/1.1 through the proxy, byte for byte. */
class UrlProxyTest {
  private static final String GET = "GET /%s HTTP/1.1\r\nHost: app.localhost\r\n\r\n";
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok\n";

  private static final String EXPECTING =
      request("PUT / HTTP/1.1", "Host: app.localhost", "Content-Length: 5", "Expect: 100-continue");

  private static String request(String... lines) {
    return String.join("\r\n", lines) + "\r\n\r\n";
  }

  /** Answers each request with its target. */
  private static final Script ECHO =
      wire -> {
        for (String head = wire.head(); !head.isEmpty(); head = wire.head()) {
          String target = head.split(" ", -1)[1];
          wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + target.length() + "\r\n\r\n" + target);
        }
      };

  @Test
  void aConnectionIsKeptOnBothSides() throws IOException {
    try (ProxyFixture proxy = ProxyFixture.serving(ECHO);
        Wire client = proxy.client()) {
      for (String path : new String[] {"one", "two", "three"}) {
        client.send(GET.formatted(path));

        assertThat(client.head()).startsWith("HTTP/1.1 200 OK\r\n").doesNotContain("close");
        assertThat(client.take(path.length() + 1)).isEqualTo("/" + path);
      }
      assertThat(proxy.connections).hasValue(1);
      proxy.awaitUnused();
    }
  }

  @Test
  void pipelinedRequestsAreAnsweredInOrder() throws IOException {
    try (ProxyFixture proxy = ProxyFixture.serving(ECHO);
        Wire client = proxy.client()) {
      client.send(GET.formatted("a") + GET.formatted("b") + GET.formatted("c"));

      for (String path : new String[] {"/a", "/b", "/c"}) {
        client.head();
        assertThat(client.take(2)).isEqualTo(path);
      }
    }
  }

  @Test
  void whatTheServerGetsSaysWhoAsked() throws IOException {
    try (ProxyFixture proxy =
            ProxyFixture.serving(
                wire -> {
                  wire.send("HTTP/1.0 200 OK\r\n\r\n" + wire.head());
                });
        Wire client = proxy.client()) {
      client.send(
          request(
              "GET http://app.localhost:1/x?y HTTP/1.1",
              "Host: other.example",
              "Connection: keep-alive, x-hop",
              "X-Hop: 1",
              "X-End: 2",
              "X-Forwarded-For: 10.1.1.1"));

      assertThat(client.head()).contains("Transfer-Encoding: chunked");
      String head = client.upTo("0\r\n\r\n");
      assertThat(head)
          .contains(
              "GET /x?y HTTP/1.1\r\n",
              "X-End: 2\r\n",
              "Host: app.localhost:1\r\n",
              "X-Forwarded-For: 10.1.1.1, 127.0.0.1\r\n",
              "X-Forwarded-Proto: http\r\n",
              "X-Forwarded-Host: app.localhost:1\r\n")
          .doesNotContain("other.example", "X-Hop", "keep-alive");
    }
  }

  @Test
  void anAnswerStreamsPieceByPiece() throws Exception {
    CountDownLatch first = new CountDownLatch(1);
    try (ProxyFixture proxy =
            ProxyFixture.serving(
                wire -> {
                  wire.head();
                  wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
                  await(first);
                  wire.send("2;ext=1\r\nde\r\n0\r\nTrailer-Field: dropped\r\n\r\n");
                  wire.head();
                  wire.send(OK);
                });
        Wire client = proxy.client()) {
      client.send(GET.formatted(""));
      client.head();

      assertThat(client.take(8)).isEqualTo("3\r\nabc\r\n");
      first.countDown();
      assertThat(client.take(12)).isEqualTo("2\r\nde\r\n0\r\n\r\n");
      client.send(GET.formatted(""));
      assertThat(client.head()).startsWith("HTTP/1.1 200");
      assertThat(proxy.connections).hasValue(1);
    }
  }

  @Test
  void aRequestStreamsPieceByPieceAndItsTrailersAreDropped() throws Exception {
    CountDownLatch first = new CountDownLatch(1);
    try (ProxyFixture proxy =
            ProxyFixture.serving(
                wire -> {
                  wire.head();
                  proxySaw(wire.take(8));
                  first.countDown();
                  String rest = wire.take(12);
                  wire.send("HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n" + rest);
                  wire.head();
                  wire.send(OK);
                });
        Wire client = proxy.client()) {
      client.send("POST / HTTP/1.1\r\nHost: app.localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
      client.send("3\r\nabc\r\n");
      await(first);
      client.send("2\r\nde\r\n0\r\nX-Sum: 1\r\n\r\n");

      client.head();
      assertThat(client.take(12)).isEqualTo("2\r\nde\r\n0\r\n\r\n");
      client.send(GET.formatted(""));
      assertThat(client.head()).startsWith("HTTP/1.1 200");
    }
  }

  private static void proxySaw(String chunk) throws IOException {
    if (!chunk.equals("3\r\nabc\r\n")) {
      throw new IOException(chunk);
    }
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      if (!latch.await(20, TimeUnit.SECONDS)) {
        throw new IOException("it did not come");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void anAnswerThatEndsWithItsConnectionEndsForTheClientToo() throws IOException {
    Script closing = wire -> wire.send("HTTP/1.0 200 OK\r\n\r\nall of it" + wire.head().charAt(0));
    try (ProxyFixture proxy = ProxyFixture.serving(closing);
        Wire old = proxy.client();
        Wire client = proxy.client()) {
      old.send("GET / HTTP/1.0\r\nHost: app.localhost\r\n\r\n");
      assertThat(old.rest()).startsWith("HTTP/1.1 200").endsWith("\r\n\r\nall of itG");

      client.send(GET.formatted("") + GET.formatted(""));
      for (int i = 0; i < 2; i++) {
        assertThat(client.head()).contains("Transfer-Encoding: chunked");
        assertThat(client.upTo("0\r\n\r\n")).contains("a\r\nall of itG\r\n");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HEAD|HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n|Content-Length: 99",
        "GET|HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\nETag: x\r\n\r\n|Content-Length: 99",
        "GET|HTTP/1.1 204 No Content\r\n\r\n|204 No Content",
        "HEAD|HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n|200 OK"
      })
  void anAnswerWithoutABodyIsOver(String example) throws IOException {
    String[] parts = example.split("\\|", -1);
    try (ProxyFixture proxy =
            ProxyFixture.serving(
                wire -> {
                  for (String head = wire.head(); !head.isEmpty(); head = wire.head()) {
                    wire.send(head.startsWith("POST") ? OK : parts[1]);
                  }
                });
        Wire client = proxy.client()) {
      client.send(parts[0] + " / HTTP/1.1\r\nHost: app.localhost\r\n\r\n");

      assertThat(client.head()).contains(parts[2]);
      client.send("POST / HTTP/1.1\r\nHost: app.localhost\r\nContent-Length: 0\r\n\r\n");
      assertThat(client.head()).startsWith("HTTP/1.1 200 OK");
      assertThat(client.take(3)).isEqualTo("ok\n");
    }
  }

  @Test
  void aClientThatWaitsForContinueIsToldByTheServer() throws IOException {
    try (ProxyFixture proxy =
            ProxyFixture.serving(
                wire -> {
                  if (wire.head().contains("Expect: 100-continue")) {
                    wire.send("HTTP/1.1 100 Continue\r\n\r\n");
                  }
                  wire.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" + wire.take(5));
                });
        Wire client = proxy.client()) {
      client.send(EXPECTING);

      assertThat(client.head()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
      client.send("12345");
      assertThat(client.head()).startsWith("HTTP/1.1 200 OK");
      assertThat(client.take(5)).isEqualTo("12345");
    }
  }

  @Test
  void aServerThatDoesNotWantTheBodyAnswersAtOnce() throws IOException {
    try (ProxyFixture proxy =
            ProxyFixture.serving(
                wire -> {
                  wire.head();
                  wire.send("HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n");
                });
        Wire client = proxy.client()) {
      client.send(EXPECTING);

      assertThat(client.head()).startsWith("HTTP/1.1 417 ");
    }
  }

  @Test
  void informationGoesThroughAndOldClientsGetNone() throws IOException {
    Script hints =
        wire -> {
          wire.head();
          wire.send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + OK);
        };
    try (ProxyFixture proxy = ProxyFixture.serving(hints);
        Wire client = proxy.client();
        Wire old = proxy.client()) {
      client.send(GET.formatted(""));
      assertThat(client.head()).startsWith("HTTP/1.1 103 Early Hints\r\nLink: </a>");
      assertThat(client.head()).startsWith("HTTP/1.1 200 OK");

      old.send("GET / HTTP/1.0\r\nHost: app.localhost\r\n\r\n");
      assertThat(old.head()).startsWith("HTTP/1.1 200 OK");
    }
  }

  @Test
  void aKeptConnectionThatTheServerClosedIsReplaced() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    try (ProxyFixture proxy =
            ProxyFixture.serving(
                wire -> {
                  wire.head();
                  wire.send(OK);
                  wire.socket.close();
                  closed.countDown();
                });
        Wire client = proxy.client()) {
      for (int i = 0; i < 3; i++) {
        client.send(GET.formatted(""));
        assertThat(client.head()).startsWith("HTTP/1.1 200 OK");
        client.take(3);
        await(closed);
      }
      assertThat(proxy.connections).hasValue(3);
    }
  }

  @Test
  void whatChangesSomethingNeverGoesOnAnOldConnection() throws IOException {
    try (ProxyFixture proxy = ProxyFixture.serving(ECHO);
        Wire client = proxy.client()) {
      client.send(GET.formatted(""));
      client.head();
      client.take(1);
      client.send("DELETE /x HTTP/1.1\r\nHost: app.localhost\r\n\r\n");

      assertThat(client.head()).startsWith("HTTP/1.1 200");
      assertThat(proxy.connections).hasValue(2);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "HTTP/1.1 200",
        "SSH-2.0-x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX: a\r\n folded\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"
      })
  void anAnswerThatIsNoneIs502(String answer) throws IOException {
    try (ProxyFixture proxy =
            ProxyFixture.serving(
                wire -> {
                  wire.head();
                  wire.send(answer);
                });
        Wire client = proxy.client()) {
      client.send(GET.formatted(""));

      assertThat(client.rest()).startsWith("HTTP/1.1 502 Bad Gateway").contains("mags: ");
    }
  }

  @Test
  void anAnswerThatBreaksOffIsNotMadeWhole() throws IOException {
    try (ProxyFixture proxy =
            ProxyFixture.serving(
                wire -> {
                  wire.head();
                  wire.send(
                      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\n");
                });
        Wire client = proxy.client()) {
      client.send(GET.formatted(""));

      assertThat(client.rest()).endsWith("\r\n\r\n3\r\nabc\r\n");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"evil.example", "app.localhost.evil.example", "127.0.0.1", "x.app.localhost"})
  void otherNamesLeadNowhere(String host) throws IOException {
    try (ProxyFixture proxy = ProxyFixture.serving(ECHO);
        Wire client = proxy.client()) {
      client.send("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n");

      assertThat(client.rest()).startsWith("HTTP/1.1 404 Not Found").contains("nosniff");
      assertThat(proxy.connections).hasValue(0);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"app.localhost", "APP.LocalHost:81", "app.localhost."})
  void theNameCountsHoweverItIsWritten(String host) throws IOException {
    try (ProxyFixture proxy = ProxyFixture.serving(ECHO);
        Wire client = proxy.client()) {
      client.send("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n");

      assertThat(client.head()).startsWith("HTTP/1.1 200 OK");
    }
  }
}
