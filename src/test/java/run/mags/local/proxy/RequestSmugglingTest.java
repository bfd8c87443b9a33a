package run.mags.local.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import run.mags.local.proxy.ProxyFixture.Wire;

/**
 * Requests of which two readers could see different things are refused (RFC 9112, section 11.2).
 */
class RequestSmugglingTest {
  private static final String HOST = "Host: app.localhost\r\n";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "400|Content-Length: 5~Transfer-Encoding: chunked",
        "400|Transfer-Encoding: chunked~Content-Length: 5",
        "400|Content-Length: 5~Content-Length: 5",
        "400|Content-Length: 5~Content-Length: 6",
        "400|Content-Length: 5, 5",
        "400|Content-Length: +5",
        "400|Content-Length: -5",
        "400|Content-Length: 0x5",
        "400|Content-Length: 9999999999999999999",
        "400|Content-Length:",
        "400|Transfer-Encoding : chunked",
        "400|X: a~ Transfer-Encoding: chunked",
        "400|X: a~ folded: b",
        "400|X: a~\tfolded: b",
        "400|Host: other.localhost",
        "400|: no name",
        "400|no colon",
        "400|X: aNULb",
        "400|X: aCRb",
        "501|Transfer-Encoding: chunked, chunked",
        "501|Transfer-Encoding: gzip, chunked",
        "501|Transfer-Encoding: identity",
        "501|Transfer-Encoding: xchunked",
        "501|Transfer-Encoding: chunked~Transfer-Encoding: chunked"
      })
  void aDoubtfulHeadIsRefused(int status, String fields) throws IOException {
    String written = fields.replace("~", "\r\n").replace("NUL", "\0").replace("CR", "\r");

    assertThat(refused("POST / HTTP/1.1\r\n" + HOST + written + "\r\n\r\n"))
        .startsWith("HTTP/1.1 " + status + " ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /\nX HTTP/1.1\r\n" + HOST + "\r\n",
        "GET / HTTP/1.1\n" + HOST + "\r\n",
        "GET / HTTP/1.1\r\nHost: app.localhost\n\r\n",
        "GET  / HTTP/1.1\r\n" + HOST + "\r\n",
        "GET / x HTTP/1.1\r\n" + HOST + "\r\n",
        "GET /\t HTTP/1.1\r\n" + HOST + "\r\n",
        "G(T / HTTP/1.1\r\n" + HOST + "\r\n",
        "GET app.localhost HTTP/1.1\r\n" + HOST + "\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "GET /\r\n\r\n",
        "POST / HTTP/1.0\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n"
      })
  void aDoubtfulRequestLineIsRefused(String request) throws IOException {
    assertThat(refused(request)).startsWith("HTTP/1.1 400 Bad Request");
  }

  @Test
  void otherVersionsAreRefused() throws IOException {
    assertThat(refused("GET / HTTP/2.0\r\n" + HOST + "\r\n")).startsWith("HTTP/1.1 505 ");
    assertThat(refused("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")).startsWith("HTTP/1.1 505 ");
  }

  @Test
  void aHeadHasALimit() throws IOException {
    String long64 = "X: " + "a".repeat(HttpInput.HEAD_LIMIT);

    assertThat(refused("GET / HTTP/1.1\r\n" + HOST + long64 + "\r\n\r\n"))
        .startsWith("HTTP/1.1 431 ");
    assertThat(refused("GET /" + long64 + " HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 431 ");
  }

  private static String refused(String request) throws IOException {
    try (ProxyFixture proxy = ProxyFixture.serving(wire -> wire.head());
        Wire client = proxy.client()) {
      client.send(request);
      String answer = client.rest();
      assertThat(proxy.connections).describedAs("connections to the server").hasValue(0);
      return answer;
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0x3\r\nabc\r\n0\r\n\r\n",
        "-3\r\nabc\r\n0\r\n\r\n",
        "g\r\nabc\r\n0\r\n\r\n",
        "\r\nabc\r\n0\r\n\r\n",
        " 3\r\nabc\r\n0\r\n\r\n",
        "3\nabc\r\n0\r\n\r\n",
        "3\r\nabcd\r\n0\r\n\r\n",
        "3\r\nab\r\n0\r\n\r\n",
        "ffffffffffffffffff\r\nabc\r\n0\r\n\r\n"
      })
  void aDoubtfulChunkIsRefusedAndTheServerSeesNoWholeRequest(String body) throws Exception {
    try (ProxyFixture proxy =
            ProxyFixture.serving(
                wire -> {
                  wire.head();
                  if (wire.rest().endsWith("0\r\n\r\n")) {
                    throw new AssertionError("a whole request");
                  }
                });
        Wire client = proxy.client()) {
      client.send("POST / HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n" + body);

      assertThat(client.rest()).startsWith("HTTP/1.1 400 Bad Request");
      assertThat(proxy.seen).isEmpty();
    }
  }

  @Test
  void whatIsHiddenInABodyIsNoRequest() throws IOException {
    String hidden = "GET /hidden HTTP/1.1\r\n" + HOST + "\r\n";
    try (ProxyFixture proxy =
            ProxyFixture.serving(
                wire -> {
                  wire.head();
                  wire.take(hidden.length());
                  wire.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                  wire.rest();
                });
        Wire client = proxy.client()) {
      client.send(
          "POST / HTTP/1.1\r\n"
              + HOST
              + "Content-Length: "
              + hidden.length()
              + "\r\n\r\n"
              + hidden);
      client.endOutput();

      assertThat(client.rest()).containsOnlyOnce("HTTP/1.1");
    }
  }
}
