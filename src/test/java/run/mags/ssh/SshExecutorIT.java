package run.mags.ssh;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyEncryptionContext;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.ssh.SshException.Reason;
import run.mags.testing.OpenSshServer;

/** Connecting, to a real OpenSSH server and to what is none. */
@Timeout(90)
final class SshExecutorIT {
  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir Path directory;
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  private OpenSshServer server(String... config) throws Exception {
    OpenSshServer server = OpenSshServer.start(directory.resolve("server"), config);
    open.add(server);
    return server;
  }

  private Path knownHosts() {
    return directory.resolve("state/known_hosts");
  }

  private SshConnection connect(SshTarget target) {
    return connect(target, LONG);
  }

  private SshConnection connect(SshTarget target, Duration timeout) {
    SshExecutor executor = new SshExecutor(new HostKeyPolicy(knownHosts()), null);
    SshConnection connection = executor.connect(target, timeout);
    open.add(0, connection);
    return connection;
  }

  private SshException failure(SshTarget target, Duration timeout) {
    return catchThrowableOfType(SshException.class, () -> connect(target, timeout));
  }

  private SshException failure(SshTarget target) {
    return failure(target, LONG);
  }

  private static SshTarget at(String host, int port, String key) {
    return new SshTarget(host, port, "somebody", key, "vm-1");
  }

  private static String anyKey() throws Exception {
    return OpenSshServer.privateText(OpenSshServer.newKey("ssh-ed25519"));
  }

  private static String echo(SshConnection connection) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    connection.exec(RemoteCommand.of("echo here"), new ExecStreams(null, out, out), LONG);
    return out.toString(US_ASCII);
  }

  @ParameterizedTest
  @CsvSource({
    "ssh-ed25519,ssh-ed25519",
    "ssh-rsa,ssh-rsa",
    "ecdsa-sha2-nistp256,ecdsa-sha2-nistp256",
    "ssh-ed25519,ssh-rsa"
  })
  void logsInWithEveryKindOfKey(String login, String host) throws Exception {
    OpenSshServer server = server();
    KeyPair key = OpenSshServer.newKey(login);
    server.authorize(key);
    server.newHostKey(host);
    server.close();
    server.start();
    String text = OpenSshServer.privateText(key);

    SshConnection connection =
        connect(new SshTarget("127.0.0.1", server.port(), OpenSshServer.user(), text, "vm-1"));

    assertThat(echo(connection)).isEqualTo("here\n");
    assertThat(knownHosts()).content().startsWith("vm-1 " + host + " AAAA");
  }

  @ParameterizedTest
  @CsvSource({
    "aes128-gcm@openssh.com,curve25519-sha256@libssh.org,hmac-sha1",
    "chacha20-poly1305@openssh.com,ecdh-sha2-nistp256,hmac-sha1",
    "aes256-gcm@openssh.com,curve25519-sha256,hmac-sha1",
    "aes128-ctr,curve25519-sha256,hmac-sha2-256-etm@openssh.com",
    "aes256-ctr,curve25519-sha256,hmac-sha2-512"
  })
  void agreesOnEachOfItsAlgorithms(String cipher, String exchange, String mac) throws Exception {
    OpenSshServer server = server("Ciphers " + cipher, "KexAlgorithms " + exchange, "MACs " + mac);

    assertThat(echo(connect(server.target("vm-1")))).isEqualTo("here\n");
  }

  @Test
  void findsAHostByName() throws Exception {
    OpenSshServer server = server();
    SshTarget target = server.target(null);

    SshConnection connection =
        connect(
            new SshTarget("localhost", target.port(), target.user(), target.privateKey(), null));

    assertThat(echo(connection)).isEqualTo("here\n");
  }

  @Test
  void saysThatNoAlgorithmIsShared() throws Exception {
    SshException failure = failure(server("Ciphers aes192-ctr").target("vm-1"));

    assertThat(failure.reason()).isEqualTo(Reason.PROTOCOL);
    assertThat(failure.retryable()).isFalse();
    assertThat(failure).hasMessageContaining("no key exchange with 127.0.0.1:");
  }

  @Test
  void saysThatNobodyListens() throws Exception {
    int port = OpenSshServer.freePort();

    SshException failure = failure(at("127.0.0.1", port, anyKey()));

    assertThat(failure.reason()).isEqualTo(Reason.UNREACHABLE);
    assertThat(failure.kind()).isEqualTo(ErrorKind.CONNECTION);
    assertThat(failure.retryable()).isTrue();
    assertThat(failure.begun()).isFalse();
    assertThat(failure).hasMessage("cannot connect to 127.0.0.1:" + port + " (Connection refused)");
    assertThat(failure.hint()).isPresent();
  }

  @Test
  void saysThatAHostHasNoAddress() throws Exception {
    SshException failure = failure(at("no such host" + "x".repeat(300), 22, anyKey()));

    assertThat(failure.reason()).isEqualTo(Reason.UNKNOWN_HOST);
    assertThat(failure.retryable()).isTrue();
  }

  @Test
  void doesNotWaitLongerThanAllowedForAServerThatSaysNothing() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      long start = System.nanoTime();

      SshException failure =
          failure(at("127.0.0.1", silent.getLocalPort(), anyKey()), Duration.ofMillis(300));

      assertThat(failure.reason()).isEqualTo(Reason.CONNECT_TIMEOUT);
      assertThat(failure.kind()).isEqualTo(ErrorKind.CONNECTION);
      assertThat(failure.retryable()).isTrue();
      assertThat(failure).hasMessageContaining("within 300 ms").hasMessageContaining("greeting");
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "HTTP/1.1 400 Bad Request\r\n\r\n", "SSH-1.5-old\r\n", "\u0000\u0001"})
  void saysThatNoSshServerSpeaks(String greeting) throws Exception {
    try (ServerSocket other = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Thread answering = new Thread(() -> greet(other, greeting));
      answering.start();

      SshException failure = failure(at("127.0.0.1", other.getLocalPort(), anyKey()));

      answering.join();
      assertThat(failure.kind()).isEqualTo(ErrorKind.CONNECTION);
      assertThat(failure.begun()).isFalse();
      if (!greeting.startsWith("SSH")) {
        assertThat(failure.reason()).isEqualTo(Reason.NOT_UP);
        assertThat(failure.retryable()).isTrue();
      }
    }
  }

  /** What a stranger says is his: not much of it is repeated, and none of it raw. */
  @Test
  void repeatsLittleOfWhatAStrangerSays() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Thread answering = new Thread(() -> greet(other, "\u00ff\u001b[1mfoo".repeat(200)));
      answering.start();

      SshException failure = failure(at("127.0.0.1", other.getLocalPort(), anyKey()));

      answering.join();
      assertThat(failure.reason()).isEqualTo(Reason.NOT_UP);
      assertThat(failure.brief())
          .isEqualTo("no SSH server speaks at 127.0.0.1:" + other.getLocalPort());
      assertThat(failure.getMessage())
          .startsWith(failure.brief() + " (")
          .hasSizeLessThan(failure.brief().length() + 110)
          .matches("[ -~\ufffd]*")
          .contains("foo");
    }
  }

  private static void greet(ServerSocket server, String greeting) {
    try (Socket socket = server.accept()) {
      socket.getOutputStream().write(greeting.getBytes(ISO_8859_1));
      socket.shutdownOutput();
      socket.getInputStream().readAllBytes();
    } catch (IOException gone) {
      // The other side went first.
    }
  }

  @Test
  void saysThatTheKeyIsRefusedAndWhatWasTried() throws Exception {
    OpenSshServer server = server();
    server.authorize(OpenSshServer.newKey("ssh-ed25519"));
    SshTarget target = server.target("vm-1");

    SshException failure = failure(target);

    assertThat(failure.reason()).isEqualTo(Reason.AUTHENTICATION);
    assertThat(failure.kind()).isEqualTo(ErrorKind.CONNECTION);
    assertThat(failure.retryable()).isFalse();
    assertThat(failure.getMessage())
        .matches(
            "127\\.0\\.0\\.1:\\d+ refuses to let \\S+ in \\(tried publickey with ssh-ed25519"
                + " SHA256:\\S{43}; the server offers publickey\\)");
    assertTellsNoSecret(target, failure);
  }

  private static void assertTellsNoSecret(SshTarget target, Throwable failure) {
    String secret = target.privateKey().lines().skip(2).findFirst().orElseThrow();
    assertThat(secret).hasSizeGreaterThan(20);
    for (Throwable each = failure; each != null; each = each.getCause()) {
      assertThat(each.toString()).doesNotContain(secret);
    }
    assertThat(target.toString()).doesNotContain(secret).doesNotContain("KEY");
  }

  @Test
  void saysThatTheKeyCannotBeRead() throws Exception {
    OpenSshServer server = server();
    OpenSSHKeyEncryptionContext lock = new OpenSSHKeyEncryptionContext();
    lock.setPassword("locked");
    lock.setCipherType("256");
    ByteArrayOutputStream locked = new ByteArrayOutputStream();
    OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(
        OpenSshServer.newKey("ssh-ed25519"), "locked", lock, locked);
    String whole = server.target(null).privateKey();
    List<String> unreadable =
        List.of(
            "",
            "no key",
            whole.substring(0, 150),
            whole.replace("AAAA", "AA!A"),
            locked.toString(US_ASCII));

    for (String text : unreadable) {
      SshTarget target = at("127.0.0.1", server.port(), text);
      SshException failure = failure(target);

      assertThat(failure.reason()).as(text).isEqualTo(Reason.BAD_KEY);
      assertThat(failure.retryable()).isFalse();
      assertThat(failure).hasMessageStartingWith("the private key of the sandbox cannot be read (");
    }
  }

  @Test
  void refusesAnotherHostKeyOfTheSameMachine() throws Exception {
    OpenSshServer server = server();
    SshTarget target = server.target("vm-1");
    connect(target).close();
    server.close();
    server.newHostKey("ssh-ed25519");
    server.start();

    SshException failure = failure(server.target("vm-1"));

    assertThat(failure.reason()).isEqualTo(Reason.HOST_KEY);
    assertThat(failure.kind()).isEqualTo(ErrorKind.HOST_KEY);
    assertThat(failure.retryable()).isFalse();
    assertThat(failure).hasMessageContaining("the host key of VM vm-1 at 127.0.0.1:");
    assertThat(failure.hint())
        .hasValueSatisfying(
            hint -> assertThat(hint).contains("vm-1").contains(knownHosts().toString()));
    assertThat(server.log()).doesNotContain("Failed publickey");
  }

  @Test
  void isNotAlarmedByAnotherMachineBehindTheSamePort() throws Exception {
    OpenSshServer server = server();
    connect(server.target("vm-1")).close();
    server.close();
    server.newHostKey("ssh-ed25519");
    server.start();

    assertThat(echo(connect(server.target("vm-2")))).isEqualTo("here\n");
    assertThat(knownHosts()).content().hasLineCount(2);
  }

  @Test
  void asksForTheKindOfHostKeyThatItKnows() throws Exception {
    Path second = Files.createFile(directory.resolve("second"), OpenSshServer.OWNER_ONLY);
    OpenSshServer server = server();
    server.newHostKey("ssh-rsa");
    server.close();
    server.start();
    connect(server.target("vm-1")).close();
    server.close();
    Files.writeString(second, anyKey());
    server.moreConfig("HostKey " + second);
    server.start();

    assertThat(echo(connect(server.target("vm-1")))).isEqualTo("here\n");
    assertThat(echo(connect(server.target("vm-2")))).isEqualTo("here\n");
    assertThat(knownHosts()).content().contains("vm-1 ssh-rsa ").contains("vm-2 ssh-ed25519 ");
  }

  @Test
  void remembersNothingOfAnUnknownMachine() throws Exception {
    assertThat(echo(connect(server().target(null)))).isEqualTo("here\n");

    assertThat(knownHosts()).doesNotExist();
  }

  @Test
  void tellsTheStepsButNoSecret() throws Exception {
    SshTarget target = server().target("vm-1");
    List<String> lines = new CopyOnWriteArrayList<>();

    try (SshConnection connection =
        new SshExecutor(new HostKeyPolicy(knownHosts()), lines::add).connect(target, LONG)) {
      echo(connection);
    }

    assertThat(String.join("\n", lines))
        .contains("connected")
        .contains("curve25519-sha256")
        .contains("host key ssh-ed25519 SHA256:")
        .contains("new, remembered")
        .contains("logged in")
        .contains("EXITED 0")
        .doesNotContain("echo here")
        .doesNotContain(target.privateKey().lines().skip(2).findFirst().orElseThrow());
  }

  @Test
  void canBeInterrupted() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      SshTarget target = at("127.0.0.1", silent.getLocalPort(), anyKey());
      FutureTask<CliException> connecting =
          new FutureTask<>(
              () -> catchThrowableOfType(CliException.class, () -> connect(target, LONG)));
      Thread thread = new Thread(connecting);
      thread.start();
      try (Socket peer = silent.accept()) {
        assertThat(peer.getInputStream().read()).isEqualTo('S');
        thread.interrupt();

        assertThat(connecting.get().kind()).isEqualTo(ErrorKind.INTERRUPTED);
        peer.getInputStream().readAllBytes();
      }
    }
  }

  @Test
  void leavesNoThreadBehind() throws Exception {
    OpenSshServer server = server();
    connect(server.target("vm-1")).close();
    SshConnection connection = connect(server.target("vm-1"));
    echo(connection);
    assertThat(ownThreads()).isNotEmpty().allMatch(Thread::isDaemon);

    connection.close();

    for (Thread thread : ownThreads()) {
      thread.join(5_000);
    }
    assertThat(ownThreads()).as(SshExecutorIT::stacks).isEmpty();
  }

  private static String stacks() {
    return ownThreads().stream()
        .map(thread -> thread + " " + List.of(thread.getStackTrace()))
        .collect(Collectors.joining("\n"));
  }

  private static List<Thread> ownThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("ssh-"))
        .toList();
  }
}
