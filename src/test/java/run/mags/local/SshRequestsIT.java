package run.mags.local;

import static org.assertj.core.api.Assertions.assertThat;
import static run.mags.local.TestBackend.job;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.mags.local.sandbox.IsolationChoice;

/** Channel requests that OpenSSH's client cannot be made to send: signals, and a new size. */
class SshRequestsIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir Path directory;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private LocalBackend backend;
  private SshClient client;
  private ClientSession session;

  @BeforeEach
  void connect() throws Exception {
    backend =
        LocalBackend.start(
            LocalOptions.in(directory.resolve("state")).withIsolation(IsolationChoice.PLAIN));
    TestBackend http = TestBackend.of(backend);
    String id = http.submit(job("true").put("persistent", true));
    JsonNode access = http.post("/mags-jobs/" + id + "/access", "{\"port\":22}").json();
    client = SshClient.setUpDefaultClient();
    client.setServerKeyVerifier((server, address, key) -> true);
    client.start();
    session =
        client
            .connect("root", access.get("ssh_host").asText(), access.get("ssh_port").asInt())
            .verify(LIMIT)
            .getSession();
    byte[] key = access.get("ssh_private_key").asText().getBytes(StandardCharsets.US_ASCII);
    SecurityUtils.loadKeyPairIdentities(
            session, NamedResource.ofName("key"), new ByteArrayInputStream(key), null)
        .forEach(session::addPublicKeyIdentity);
    session.auth().verify(LIMIT);
  }

  @AfterEach
  void close() {
    client.stop();
    backend.close();
  }

  @Test
  void aSignalReachesTheCommandWhichMayHandleIt() throws IOException {
    ChannelExec channel =
        run("trap 'echo caught; exit 9' TERM; echo up; while :; do sleep 0.05; done", false);
    await("up");

    signal(channel, "TERM");

    awaitEnd(channel);
    assertThat(text()).contains("caught\n");
    assertThat(channel.getExitStatus()).isEqualTo(9);
    assertThat(channel.getExitSignal()).isNull();
  }

  @Test
  void anEndByASignalOfTheClientIsReportedAsOne() throws IOException {
    ChannelExec channel = run("echo up; exec sleep 600", false);
    await("up");

    signal(channel, "INT");

    awaitEnd(channel);
    assertThat(channel.getExitSignal()).isEqualTo("INT");
    assertThat(channel.getExitStatus()).isNull();
  }

  @Test
  void aSignalThatIsSentAtOnceIsNotLost() throws IOException {
    ChannelExec channel = run("exec sleep 600", false);

    signal(channel, "KILL");

    awaitEnd(channel);
    assertThat(channel.getExitSignal()).isEqualTo("KILL");
  }

  @Test
  void aNewSizeReachesTheTerminal() throws IOException {
    ChannelExec channel =
        run("trap 'stty size' WINCH; stty size; while :; do sleep 0.05; done", true);
    await("24 80");

    channel.sendWindowChange(132, 50);

    await("50 132");
    channel.close(true);
  }

  @Test
  void aSizeThatChangesAtOnceIsNotLost() throws IOException {
    ChannelExec channel = run("while :; do stty size; sleep 0.1; done", true);

    channel.sendWindowChange(99, 33);

    await("33 99");
    channel.close(true);
  }

  private ChannelExec run(String command, boolean terminal) throws IOException {
    ChannelExec channel = session.createExecChannel(command);
    channel.setUsePty(terminal);
    channel.setPtyType("xterm");
    channel.setPtyColumns(80);
    channel.setPtyLines(24);
    channel.setOut(out);
    channel.setErr(out);
    channel.open().verify(LIMIT);
    return channel;
  }

  /** RFC 4254, section 6.9. */
  private static void signal(ChannelExec channel, String name) throws IOException {
    Buffer buffer = channel.getSession().createBuffer(SshConstants.SSH_MSG_CHANNEL_REQUEST);
    buffer.putUInt(channel.getRecipient());
    buffer.putString("signal");
    buffer.putBoolean(false);
    buffer.putString(name);
    channel.writePacket(buffer);
  }

  private void awaitEnd(ChannelExec channel) {
    assertThat(channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), LIMIT))
        .contains(ClientChannelEvent.CLOSED);
  }

  private void await(String expected) {
    TestBackend.until(expected, () -> text().contains(expected));
  }

  private String text() {
    return out.toString(StandardCharsets.UTF_8);
  }
}
