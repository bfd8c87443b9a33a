package run.mags.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import run.mags.api.model.Json;
import run.mags.ssh.SshTarget;
import run.mags.testing.CliProcess;
import run.mags.testing.FakeApi;
import run.mags.testing.OpenSshServer;

/** {@code forward} as a process, to a real OpenSSH server that drops its connections. */
@Timeout(120)
class ForwardIT {
  private static final String JOB =
      "{\"request_id\":\"11111111-2222-3333-4444-555555555555\",\"name\":\"dev\","
          + "\"status\":\"%s\",\"vm_id\":\"vm-1\"}";

  @TempDir private Path directory;
  private OpenSshServer server;
  private FakeApi api;
  private Process process;

  @BeforeEach
  void begin() throws Exception {
    server = OpenSshServer.start(directory.resolve("server"));
    api = new FakeApi();
    SshTarget target = server.target(null);
    list("running");
    api.answers(
        Json.write(
            Json.object()
                .put("success", true)
                .put("ssh_host", target.host())
                .put("ssh_port", target.port())
                .put("ssh_private_key", target.privateKey())));
  }

  @AfterEach
  void close() {
    if (process != null) {
      process.destroyForcibly();
    }
    api.close();
    server.close();
  }

  private void list(String status) {
    api.answers("{\"jobs\":[" + JOB.formatted(status) + "],\"total\":1}");
  }

  private void found(String status) {
    list(status);
    api.answers(JOB.formatted(status));
  }

  private BufferedReader start() throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            CliProcess.image().resolve("bin/mags").toString(),
            "forward",
            "dev",
            "0:127.0.0.1:" + server.port(),
            "--json");
    Map<String, String> env = builder.environment();
    env.keySet().removeIf(name -> name.startsWith("MAGS_"));
    env.put("HOME", directory.toString());
    env.put("XDG_RUNTIME_DIR", directory.resolve("run").toString());
    env.put("MAGS_API_URL", api.url().toString());
    env.put("MAGS_API_TOKEN", "not-a-real-token");
    process = builder.start();
    return new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
  }

  private static JsonNode event(BufferedReader out, String name) throws IOException {
    JsonNode event = Json.read(out.readLine());
    assertThat(event.path("event").asText()).isEqualTo(name);
    return event;
  }

  private static String greeting(int port) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(30_000);
      return new String(socket.getInputStream().readNBytes(4), UTF_8);
    }
  }

  @Test
  void makesALostConnectionAgainOnTheSamePort() throws Exception {
    BufferedReader out = start();
    int port = event(out, "ready").at("/forwards/0/port").asInt();
    assertThat(greeting(port)).isEqualTo("SSH-");

    found("running");
    server.sessions().forEach(ProcessHandle::destroyForcibly);

    assertThat(event(out, "lost").path("message").asText()).contains("was lost");
    assertThat(event(out, "ready").at("/forwards/0/port").asInt()).isEqualTo(port);
    assertThat(greeting(port)).isEqualTo("SSH-");
    process.destroy();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(143);
  }

  @Test
  void leavesASleepingSandboxAsleepUntilSomeoneConnects() throws Exception {
    BufferedReader out = start();
    int port = event(out, "ready").at("/forwards/0/port").asInt();

    found("sleeping");
    server.sessions().forEach(ProcessHandle::destroyForcibly);
    event(out, "lost");

    // Only this connection has it reached again.
    assertThat(greeting(port)).isEqualTo("SSH-");
    event(out, "ready");
  }

  @Test
  void endsWhenTheSandboxHasEnded() throws Exception {
    BufferedReader out = start();
    event(out, "ready");

    found("stopped");
    server.sessions().forEach(ProcessHandle::destroyForcibly);

    event(out, "lost");
    assertThat(new String(process.getErrorStream().readAllBytes(), UTF_8))
        .contains("dev is not running any more: its status is stopped");
    assertThat(process.waitFor()).isEqualTo(1);
  }
}
