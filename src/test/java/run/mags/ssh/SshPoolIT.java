package run.mags.ssh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import run.mags.testing.OpenSshServer;

/** Connections that are kept, to a real OpenSSH server. */
@Timeout(90)
final class SshPoolIT {
  private static final Duration LONG = Duration.ofSeconds(30);

  @TempDir private Path directory;
  private final AtomicLong nanos = new AtomicLong();
  private final SshPool pool = new SshPool(nanos::get);
  private OpenSshServer server;
  private SshExecutor executor;

  @BeforeEach
  void start() throws Exception {
    server = OpenSshServer.start(directory.resolve("server"));
    HostKeyPolicy hostKeys = new HostKeyPolicy(directory.resolve("known_hosts"));
    executor = new SshExecutor(hostKeys, null, pool);
  }

  @AfterEach
  void stop() {
    pool.close();
    server.close();
  }

  private SshConnection connect() {
    return executor.connect(server.target("vm-1"), LONG);
  }

  private static String run(SshConnection connection, String line) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    connection.exec(RemoteCommand.of(line), new ExecStreams(null, out, out), LONG);
    return out.toString(UTF_8);
  }

  private String port() {
    try (SshConnection connection = connect()) {
      return run(connection, "echo $SSH_CONNECTION");
    }
  }

  @Test
  void theNextCallGoesOverTheSameConnection() {
    String first = port();

    assertThat(port()).isEqualTo(first);
    assertThat(pool.size()).isEqualTo(1);
  }

  @Test
  void oneThatWasIdleForLongIsClosedAndAnotherMade() {
    String first = port();
    nanos.addAndGet(SshPool.LONGEST_IDLE.toNanos() + 1);

    pool.closeUseless();

    assertThat(pool.size()).isZero();
    assertThat(port()).isNotEqualTo(first);
  }

  @Test
  void whatIsNotPinnedIsNotKept() {
    try (SshConnection connection = executor.connect(server.target(null), LONG)) {
      assertThat(run(connection, "echo x")).isEqualTo("x\n");
    }

    assertThat(pool.size()).isZero();
  }

  @Test
  void moreUsersThanAServerAllowsHaveMoreConnections() {
    List<SshConnection> used = new ArrayList<>();
    for (int i = 0; i <= SshPool.MOST_USERS; i++) {
      used.add(connect());
    }

    assertThat(used).allMatch(each -> run(each, "echo x").equals("x\n"));
    assertThat(pool.size()).isEqualTo(2);
    used.forEach(SshConnection::close);
  }

  @Test
  void aDeadOneIsReplacedBeforeACommandIsSent() {
    port();
    AtomicInteger renewals = new AtomicInteger();
    try (SshConnection connection = connect()) {
      connection.renewedBy(
          () -> {
            renewals.incrementAndGet();
            return connect();
          });
      connection.line().close();

      assertThat(run(connection, "echo once")).isEqualTo("once\n");
    }

    assertThat(renewals).hasValue(1);
    assertThat(pool.size()).isEqualTo(1);
  }

  @Test
  void aNewOneIsNotReplaced() {
    try (SshConnection connection = connect()) {
      connection.renewedBy(
          () -> {
            throw new AssertionError("not to be asked");
          });
      connection.line().close();

      assertThatThrownBy(() -> run(connection, "echo x")).isInstanceOf(SshException.class);
    }
  }
}
