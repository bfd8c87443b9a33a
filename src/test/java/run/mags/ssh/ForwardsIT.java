package run.mags.ssh;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.ssh.Forward.Kind;
import run.mags.testing.OpenSshServer;

/** Port forwarding over a real OpenSSH server, with real sockets. */
@Timeout(90)
final class ForwardsIT {
  private static final Pattern PORT = Pattern.compile("^port (\\d+) ");

  @TempDir Path directory;
  private final List<AutoCloseable> open = new ArrayList<>();
  private final List<String> notes = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  /** Answers all that it has read, once its client has said all. */
  private int echo() throws IOException {
    ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    open.add(server);
    daemon(
        () -> {
          while (true) {
            try {
              Socket socket = server.accept();
              daemon(() -> answer(socket));
            } catch (IOException closed) {
              return;
            }
          }
        });
    return server.getLocalPort();
  }

  private static void answer(Socket socket) {
    try (socket) {
      byte[] all = socket.getInputStream().readAllBytes();
      socket.getOutputStream().write(all);
    } catch (IOException gone) {
      // The client did not wait for the answer.
    }
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work, "forwards-test");
    thread.setDaemon(true);
    thread.start();
  }

  /** Forwards; answers the port on the near side, be it here or on the server. */
  private int forward(Kind kind, String text, String... config) throws Exception {
    Forwards forwards = Forwards.listen(List.of(Forward.parse(kind, text)), notes::add);
    open.add(forwards);
    Far far = Far.start(directory, config);
    open.add(far);
    forwards.over(far.connection);
    Matcher matcher = PORT.matcher(String.join("\n", notes));
    assertThat(matcher.find()).isTrue();
    notes.clear();
    return Integer.parseInt(matcher.group(1));
  }

  private static void awaitLine(Forwards forwards, String line) {
    long end = System.nanoTime() + 30_000_000_000L;
    while (!forwards.lines().equals(List.of(line)) && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    assertThat(forwards.lines()).containsExactly(line);
  }

  /** The other way's end is told while this way is still open. */
  private static void assertEchoes(Socket socket, int size) throws Exception {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    daemon(
        () -> {
          try {
            socket.getOutputStream().write(bytes);
            socket.shutdownOutput();
          } catch (IOException seenByTheReader) {
            // Then what comes back is not all.
          }
        });
    assertThat(socket.getInputStream().readAllBytes()).isEqualTo(bytes);
  }

  private static Socket connect(int port) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(30_000);
    return socket;
  }

  @Test
  void carriesConnectionsToTheOtherSide() throws Exception {
    int port = forward(Kind.LOCAL, "0:127.0.0.1:" + echo());

    try (Socket first = connect(port);
        Socket second = connect(port)) {
      assertEchoes(second, 5_000_001);
      assertEchoes(first, 1);
    }
    assertThat(notes).isEmpty();
  }

  @Test
  void carriesConnectionsFromTheOtherSide() throws Exception {
    int port = forward(Kind.REMOTE, "0:127.0.0.1:" + echo());

    try (Socket socket = connect(port)) {
      assertEchoes(socket, 5_000_001);
    }
    assertThat(notes).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"LOCAL", "REMOTE"})
  void tellsHowManyConnectionsItCarriesNow(Kind kind) throws Exception {
    int target = echo();
    int port = forward(kind, "0:127.0.0.1:" + target);
    Forwards forwards = (Forwards) open.get(1);
    String words = (kind == Kind.LOCAL ? "-L " : "-R ") + port + " leads to 127.0.0.1:" + target;

    try (Socket first = connect(port)) {
      try (Socket second = connect(port)) {
        awaitLine(forwards, words + ", 2 connections");
        assertEchoes(second, 10);
      }
      awaitLine(forwards, words + ", 1 connection");
      assertEchoes(first, 10);
    }
    awaitLine(forwards, words + ", 0 connections");
  }

  @Test
  void goesOnOverAnotherConnectionAndWhoConnectsInBetweenWaits() throws Exception {
    int target = echo();
    int port = forward(Kind.LOCAL, "0:127.0.0.1:" + target);
    Forwards forwards = (Forwards) open.get(1);
    Far former = (Far) open.get(2);
    try (Socket socket = connect(port)) {
      assertEchoes(socket, 10);
    }
    former.connection.close();

    try (Socket waiting = connect(port)) {
      assertThat(forwards.awaitVisitor(Duration.ofSeconds(30))).isTrue();
      Far next = Far.start(directory.resolve("next"));
      open.add(next);
      forwards.over(next.connection);

      assertEchoes(waiting, 300_000);
    }
    assertThat(forwards.ports()).containsExactly(port);
    assertThat(notes).isEmpty();
  }

  @Test
  void isASocksProxyOfVersion5() throws Exception {
    int target = echo();
    int port = forward(Kind.DYNAMIC, "0");
    Proxy proxy =
        new Proxy(Proxy.Type.SOCKS, new InetSocketAddress(InetAddress.getLoopbackAddress(), port));

    try (Socket socket = new Socket(proxy)) {
      socket.connect(InetSocketAddress.createUnresolved("localhost", target));
      assertEchoes(socket, 300_000);
    }
    try (Socket socket = new Socket(proxy)) {
      InetSocketAddress nobody =
          new InetSocketAddress(InetAddress.getLoopbackAddress(), OpenSshServer.freePort());
      assertThat(catchThrowableOfType(SocketException.class, () -> socket.connect(nobody)))
          .hasMessageContaining("refused");
    }
    assertThat(notes).singleElement().asString().contains("a forwarded connection to 127.0.0.1:");
  }

  @Test
  void isASocksProxyOfVersion4() throws Exception {
    int target = echo();
    int port = forward(Kind.DYNAMIC, "0");

    for (String name : List.of("", "localhost")) {
      try (Socket socket = connect(port)) {
        byte[] address = name.isEmpty() ? new byte[] {127, 0, 0, 1} : new byte[] {0, 0, 0, 1};
        byte[] tail = ("me\0" + (name.isEmpty() ? "" : name + "\0")).getBytes(US_ASCII);
        socket.getOutputStream().write(new byte[] {4, 1, (byte) (target >> 8), (byte) target});
        socket.getOutputStream().write(address);
        socket.getOutputStream().write(tail);
        byte[] answer = new byte[8];
        new DataInputStream(socket.getInputStream()).readFully(answer);
        assertThat(answer[1]).isEqualTo((byte) 90);
        assertEchoes(socket, 1000);
      }
    }
  }

  @Test
  void whatIsNoSocksIsClosed() throws Exception {
    try (Socket socket = connect(forward(Kind.DYNAMIC, "0"))) {
      socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(US_ASCII));

      assertThat(readToTheEnd(socket)).isZero();
    }
    assertThat(notes).containsExactly("a SOCKS connection failed: the client does not speak SOCKS");
  }

  /** How many bytes come before the end or a reset. */
  private static int readToTheEnd(Socket socket) throws IOException {
    try (InputStream in = socket.getInputStream()) {
      return in.readAllBytes().length;
    } catch (SocketException reset) {
      return 0;
    }
  }

  @Test
  void aConnectionThatFailsIsSaidAndHarmsNoOther() throws Exception {
    int nobody = OpenSshServer.freePort();
    int port = forward(Kind.LOCAL, "0:127.0.0.1:" + nobody);

    for (int i = 0; i < 2; i++) {
      try (Socket socket = connect(port)) {
        assertThat(readToTheEnd(socket)).isZero();
      }
    }
    assertThat(notes).hasSize(2);
    assertThat(notes.get(0)).contains("127.0.0.1:" + nobody + " failed: ");
  }

  @Test
  void aConnectionFromTheOtherSideThatFailsIsSaid() throws Exception {
    int nobody = OpenSshServer.freePort();
    int port = forward(Kind.REMOTE, "0:127.0.0.1:" + nobody);

    try (Socket socket = connect(port)) {
      assertThat(readToTheEnd(socket)).isZero();
    }
    assertThat(notes).singleElement().asString().contains("127.0.0.1:" + nobody);
  }

  @Test
  void aPortThatIsTakenHereIsAnErrorBeforeAnythingElse() throws Exception {
    int taken = echo();

    CliException refused =
        catchThrowableOfType(
            CliException.class,
            () -> Forwards.listen(List.of(Forward.parse(Kind.LOCAL, taken + ":h:1")), notes::add));

    assertThat(refused.kind()).isEqualTo(ErrorKind.CONFLICT);
    assertThat(refused).hasMessageStartingWith("cannot listen on " + taken + ": ");
  }

  @Test
  void aPortThatTheServerRefusesIsAnError() throws Exception {
    Far far = Far.start(directory, "AllowTcpForwarding local");
    open.add(far);
    Forwards forwards =
        Forwards.listen(List.of(Forward.parse(Kind.REMOTE, "0:127.0.0.1:1")), notes::add);

    SshException refused =
        catchThrowableOfType(SshException.class, () -> forwards.over(far.connection));

    assertThat(refused).hasMessageContaining("for -R");
    assertThat(far.run("echo still there").out()).isEqualTo("still there\n");
  }
}
