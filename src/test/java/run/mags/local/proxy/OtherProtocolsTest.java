package run.mags.local.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import run.mags.local.proxy.ProxyFixture.Script;
import run.mags.local.proxy.ProxyFixture.Wire;

/** WebSocket (RFC 6455) by name and by port, and what else goes over a port of its own. */
class OtherProtocolsTest {
  private static final int TEXT = 1;
  private static final int BINARY = 2;
  private static final int CLOSE = 8;
  private static final int PING = 9;
  private static final int PONG = 10;

  /** One frame without fragments. */
  private record Frame(int opcode, String data) {
    static Frame read(Wire wire) throws IOException {
      int opcode = wire.in().read() & 0xf;
      int second = wire.in().read();
      int length = second & 0x7f;
      if (length == 126) {
        length = wire.in().read() << 8 | wire.in().read();
      }
      byte[] mask = (second & 0x80) == 0 ? new byte[4] : wire.in().readNBytes(4);
      byte[] data = wire.in().readNBytes(length);
      for (int i = 0; i < data.length; i++) {
        data[i] ^= mask[i % 4];
      }
      return new Frame(opcode, latin(data));
    }

    byte[] bytes(boolean masked) {
      byte[] plain = data.getBytes(StandardCharsets.ISO_8859_1);
      ByteBuffer bytes = ByteBuffer.allocate(plain.length + 8);
      bytes.put((byte) (0x80 | opcode));
      int flag = masked ? 0x80 : 0;
      if (plain.length < 126) {
        bytes.put((byte) (flag | plain.length));
      } else {
        bytes.put((byte) (flag | 126)).putShort((short) plain.length);
      }
      byte[] mask = {7, 1, 5, 3};
      if (masked) {
        bytes.put(mask);
      }
      for (int i = 0; i < plain.length; i++) {
        bytes.put((byte) (masked ? plain[i] ^ mask[i % 4] : plain[i]));
      }
      byte[] all = new byte[bytes.position()];
      bytes.flip().get(all);
      return all;
    }
  }

  /** Greets with a first frame right behind its answer, then sends back what comes. */
  private static final Script WEB_SOCKET =
      wire -> {
        String head = wire.head();
        String key = head.replaceAll("(?is).*sec-websocket-key: ([^\r]*).*", "$1");
        String answer =
            String.join(
                "\r\n",
                "HTTP/1.1 101 Switching Protocols",
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Accept: " + accept(key),
                "",
                "");
        wire.send(answer + latin(new Frame(TEXT, "hello").bytes(false)));
        for (Frame frame = Frame.read(wire); true; frame = Frame.read(wire)) {
          int opcode = frame.opcode() == PING ? PONG : frame.opcode();
          wire.send(new Frame(opcode, frame.data()).bytes(false));
          if (opcode == CLOSE) {
            return;
          }
        }
      };

  private static String accept(String key) {
    try {
      byte[] text = ascii(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-1").digest(text));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static String latin(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  @Test
  void aWebSocketGoesThroughByName() throws IOException {
    try (ProxyFixture proxy = ProxyFixture.serving(WEB_SOCKET);
        Wire client = proxy.client()) {
      String handshake =
          String.join(
              "\r\n",
              "GET /chat HTTP/1.1",
              "Host: app.localhost",
              "Upgrade: websocket",
              "Connection: keep-alive, Upgrade",
              "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
              "Sec-WebSocket-Version: 13",
              "",
              "");
      // The first frame comes right behind the handshake, as some clients send it.
      client.send(handshake + latin(new Frame(TEXT, "early").bytes(true)));

      assertThat(client.head())
          .startsWith("HTTP/1.1 101 Switching Protocols\r\n")
          .contains("Upgrade: websocket", "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
      assertThat(Frame.read(client).data()).isEqualTo("hello");
      assertThat(Frame.read(client).data()).isEqualTo("early");
      String bytes = "\u0000\u00ff\r\n".repeat(15_000);
      client.send(new Frame(BINARY, bytes).bytes(true));
      assertThat(Frame.read(client).data()).isEqualTo(bytes);
      client.send(new Frame(PING, "p").bytes(true));
      assertThat(Frame.read(client).opcode()).isEqualTo(PONG);
      client.send(new Frame(CLOSE, "\u0003\u00e8").bytes(true));
      assertThat(Frame.read(client).opcode()).isEqualTo(CLOSE);
      assertThat(client.rest()).isEmpty();
    }
  }

  @Test
  void aWebSocketOfJavasClientGoesThroughByPort() throws Exception {
    try (ProxyFixture proxy = ProxyFixture.serving(WEB_SOCKET)) {
      BlockingQueue<String> came = new LinkedBlockingQueue<>();
      WebSocket socket =
          HttpClient.newHttpClient()
              .newWebSocketBuilder()
              .buildAsync(
                  URI.create("ws://127.0.0.1:" + proxy.own + "/"),
                  new WebSocket.Listener() {
                    @Override
                    public CompletionStage<?> onText(
                        WebSocket from, CharSequence data, boolean last) {
                      came.add(data.toString());
                      from.request(1);
                      return null;
                    }

                    @Override
                    public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
                      came.add("closed " + code);
                      return null;
                    }
                  })
              .get(20, TimeUnit.SECONDS);

      assertThat(came.poll(20, TimeUnit.SECONDS)).isEqualTo("hello");
      socket.sendText("there", true).get(20, TimeUnit.SECONDS);
      assertThat(came.poll(20, TimeUnit.SECONDS)).isEqualTo("there");
      socket.sendClose(WebSocket.NORMAL_CLOSURE, "").get(20, TimeUnit.SECONDS);
      assertThat(came.poll(20, TimeUnit.SECONDS)).isEqualTo("closed 1000");
    }
  }

  @Test
  void anUpgradeThatIsDeclinedIsAnOrdinaryRequest() throws IOException {
    try (ProxyFixture proxy =
            ProxyFixture.serving(
                wire -> {
                  for (String head = wire.head(); !head.isEmpty(); head = wire.head()) {
                    String said = head.contains("Upgrade: ") ? "asked" : "plain";
                    wire.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" + said);
                  }
                });
        Wire client = proxy.client()) {
      for (String protocol : new String[] {"websocket", "h2c"}) {
        client.send(
            "GET / HTTP/1.1\r\nHost: app.localhost\r\nConnection: Upgrade\r\nUpgrade: "
                + protocol
                + "\r\n\r\n");
        client.head();

        assertThat(client.take(5)).isEqualTo(protocol.equals("h2c") ? "plain" : "asked");
      }
    }
  }

  @Test
  void aServerThatSpeaksFirstIsHeardOnAPortOfItsOwn() throws IOException {
    try (ProxyFixture proxy =
            ProxyFixture.serving(
                wire -> {
                  wire.send("220 ready\r\n");
                  String said = wire.rest();
                  wire.send("you said " + said);
                });
        Wire client = proxy.client(proxy.own)) {
      assertThat(client.upTo("\n")).isEqualTo("220 ready\r\n");
      client.send("\u0000\u00ff\r\n");
      client.endOutput();

      assertThat(client.rest()).isEqualTo("you said \u0000\u00ff\r\n");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"evil.example", "evil.example:80", "localhost.evil.example"})
  void aPortOfItsOwnRefusesRequestsUnderForeignNames(String host) throws IOException {
    try (ProxyFixture proxy = ProxyFixture.serving(wire -> wire.send("secret" + wire.head()));
        Wire client = proxy.client(proxy.own)) {
      client.send("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n");

      assertThat(client.rest()).startsWith("HTTP/1.1 403 Forbidden").doesNotContain("secret");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:8080", "localhost", "x.localhost", "[::1]:1", "192.168.1.1"})
  void aPortOfItsOwnTakesRequestsUnderNamesOfThisMachine(String host) throws IOException {
    try (ProxyFixture proxy = ProxyFixture.serving(wire -> wire.send("got " + wire.head()));
        Wire client = proxy.client(proxy.own)) {
      client.send("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n");

      assertThat(client.rest()).isEqualTo("got GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
    }
  }
}
