package run.mags.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import run.mags.api.model.Json;
import run.mags.ssh.SshTarget;
import run.mags.testing.CliProcess;
import run.mags.testing.FakeApi;
import run.mags.testing.OpenSshServer;
import run.mags.testing.Programs;

/**
 * OpenSSH's own programs through {@code ssh-config} and {@code ssh-proxy}, to a real OpenSSH server
 * with a real {@code /overlay}: what they run and the files that they carry are in there.
 */
@Timeout(300)
class OpenSshClientIT {
  private static final String ID = "11111111-2222-3333-4444-555555555555";

  @TempDir private Path directory;
  private OpenSshServer server;
  private FakeApi api;
  private final List<Process> started = new ArrayList<>();

  /** How a program ended, and what it said on both outputs. */
  private record Ran(int code, String out, String err) {}

  @BeforeEach
  void begin() throws Exception {
    Programs.assumeInstalled("ssh");
    server = OpenSshServer.startWithOverlay(directory.resolve("server"));
    api = new FakeApi();
    SshTarget target = server.target(null);
    api.answers(
            "{\"jobs\":[{\"request_id\":\""
                + ID
                + "\",\"name\":\"dev\",\"status\":\"running\",\"vm_id\":\"vm-1\"}],\"total\":1}")
        .answers(
            Json.write(
                Json.object()
                    .put("success", true)
                    .put("ssh_host", target.host())
                    .put("ssh_port", target.port())
                    .put("ssh_private_key", target.privateKey())));
    Ran installed =
        run(CliProcess.image().resolve("bin/mags").toString(), "ssh-config", "--install");
    assertThat(installed.code()).as(installed.err()).isZero();
    // Whoever comes next knows the way and asks the API no more.
    assertThat(ssh("true")).isEqualTo(new Ran(0, "", ""));
  }

  @AfterEach
  void close() {
    started.forEach(Process::destroyForcibly);
    if (api != null) {
      api.close();
    }
    if (server != null) {
      server.close();
    }
  }

  private Path config() {
    return directory.resolve(".ssh/config");
  }

  private Process start(List<String> command, Path stdin) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.redirectInput(stdin.toFile());
    Map<String, String> env = builder.environment();
    env.keySet().removeIf(name -> name.startsWith("MAGS_"));
    env.put("HOME", directory.toString());
    env.put("XDG_RUNTIME_DIR", directory.resolve("run").toString());
    env.put("PATH", CliProcess.image().resolve("bin") + ":" + System.getenv("PATH"));
    env.put("MAGS_API_URL", api.url().toString());
    env.put("MAGS_API_TOKEN", "not-a-real-token");
    env.put("GIT_SSH_COMMAND", "ssh -F " + config());
    env.put("GIT_CONFIG_NOSYSTEM", "1");
    Process process = builder.start();
    started.add(process);
    return process;
  }

  private Ran end(Process process) throws Exception {
    ByteSink out = new ByteSink(process.getInputStream());
    ByteSink err = new ByteSink(process.getErrorStream());
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("ended").isTrue();
    return new Ran(process.exitValue(), out.text(), err.text());
  }

  private Ran run(String... command) throws Exception {
    return end(start(List.of(command), Path.of("/dev/null")));
  }

  private List<String> ssh(List<String> options, String... words) {
    List<String> command = new ArrayList<>(List.of("ssh", "-F", config().toString()));
    command.addAll(options);
    command.add("dev.mags");
    command.addAll(List.of(words));
    return command;
  }

  private Ran ssh(String... words) throws Exception {
    return end(start(ssh(List.of(), words), Path.of("/dev/null")));
  }

  /** A file with bytes of all kinds. */
  private Path file(String name, int size) throws IOException {
    byte[] bytes = new byte[size];
    new Random(1).nextBytes(bytes);
    return Files.write(directory.resolve(name), bytes);
  }

  @Test
  void commandsRunInTheOverlayAndTheirStatusComesBack() throws Exception {
    assertThat(ssh("touch inside; pwd; echo \"$HOME\"; echo 'it''s' >&2; exit 7"))
        .isEqualTo(new Ran(7, "/root\n/root\n", "its\n"));

    Path root = directory.resolve("server/root");
    assertThat(run("nsenter", "-m", "-t", pid(), "ls", root + "/overlay/root").out())
        .contains("inside");
    assertThat(ssh("kill -9 $$").code()).isEqualTo(255);
    assertThat(ssh("printf '\\377\\000' | od -An -tx1").out().trim()).isEqualTo("ff 00");
  }

  /** The server is the one process that sees its own mounts. */
  private String pid() {
    return Long.toString(server.pid());
  }

  @Test
  void aShellTakesCommandsAndATerminalIsOne() throws Exception {
    Path script = Files.writeString(directory.resolve("script"), "pwd\nexit 3\n");
    assertThat(end(start(ssh(List.of("-T")), script))).isEqualTo(new Ran(3, "/root\n", ""));

    Ran terminal = end(start(ssh(List.of("-tt"), "tty"), Path.of("/dev/null")));
    assertThat(terminal.out()).contains("/dev/pts/");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-p", "-O"})
  void scpCarriesFilesBothWays(String option) throws Exception {
    Path file = file("up", 300_000);

    Ran up = run("scp", option, "-F", config().toString(), file.toString(), "dev.mags:/root/there");
    Ran down = run("scp", option, "-F", config().toString(), "dev.mags:there", "down");

    assertThat(up.code()).as(up.err()).isZero();
    assertThat(down.code()).as(down.err()).isZero();
    assertThat(directory.resolve("down")).hasSameBinaryContentAs(file);
  }

  @Test
  void sftpSeesTheOverlay() throws Exception {
    Programs.assumeInstalled("sftp");
    assertThat(ssh("echo yes > /root/mark").code()).isZero();
    Path batch = Files.writeString(directory.resolve("batch"), "pwd\nget mark here\n");

    Ran sftp = run("sftp", "-F", config().toString(), "-b", batch.toString(), "dev.mags");

    assertThat(sftp.code()).as(sftp.err()).isZero();
    assertThat(sftp.out()).contains("Remote working directory: /root");
    assertThat(directory.resolve("here")).hasContent("yes\n");
  }

  @Test
  void rsyncAndGitWork() throws Exception {
    Programs.assumeInstalled("rsync");
    Programs.assumeInstalled("git");
    Files.createDirectories(directory.resolve("src/sub"));
    file("src/sub/data", 100_000);

    Ran up = run("rsync", "-a", "-e", "ssh -F " + config(), "src/", "dev.mags:copy/");
    Ran down = run("rsync", "-a", "-e", "ssh -F " + config(), "dev.mags:copy/", "back/");
    Ran made =
        ssh(
            "git init -q repo && git -C repo -c user.name=a -c user.email=a@example.org"
                + " commit -q --allow-empty -m first");
    Ran clone = run("git", "clone", "-q", "ssh://dev.mags/root/repo", "clone");

    assertThat(up.code()).as(up.err()).isZero();
    assertThat(down.code()).as(down.err()).isZero();
    assertThat(directory.resolve("back/sub/data"))
        .hasSameBinaryContentAs(directory.resolve("src/sub/data"));
    assertThat(made.code()).as(made.err()).isZero();
    assertThat(clone.code()).as(clone.err()).isZero();
    assertThat(run("git", "-C", "clone", "log", "--format=%s").out()).isEqualTo("first\n");
  }

  @Test
  void oneConnectionServesManySessions() throws Exception {
    List<String> shared =
        List.of(
            "-o", "ControlMaster=auto", "-o", "ControlPersist=30", "-o", "ControlPath=%d/.cm-%C");
    List<String> path =
        shared.stream().map(word -> word.replace("%d", directory.toString())).toList();
    for (int i = 0; i < 100; i++) {
      Process process = start(ssh(path, "echo " + i + "; exit " + i), Path.of("/dev/null"));
      // The master holds standard error open.
      assertThat(new String(process.getInputStream().readAllBytes(), UTF_8)).isEqualTo(i + "\n");
      assertThat(process.waitFor()).isEqualTo(i);
    }
    List<String> exit = new ArrayList<>(path);
    exit.addAll(List.of("-O", "exit"));
    assertThat(end(start(ssh(exit), Path.of("/dev/null"))).code()).isZero();
  }

  @Test
  void manyConnectAtATime() throws Exception {
    List<Process> many = new ArrayList<>();
    // Few enough for each to be quick: one that is not asks the API, which has said all it can.
    for (int i = 0; i < 8; i++) {
      many.add(start(ssh(List.of(), "exit " + i), Path.of("/dev/null")));
    }
    for (int i = 0; i < many.size(); i++) {
      // On a busy machine there may be a note that it takes long.
      Ran ran = end(many.get(i));
      assertThat(ran.code()).as(ran.err()).isEqualTo(i);
    }
  }

  @Test
  void portsAreForwardedBothWays() throws Exception {
    try (ServerSocket here = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Thread answering = new Thread(() -> answer(here));
      answering.setDaemon(true);
      answering.start();
      int local = OpenSshServer.freePort();
      int remote = OpenSshServer.freePort();
      List<String> options =
          List.of(
              "-o",
              "ExitOnForwardFailure=yes",
              "-L",
              local + ":127.0.0.1:" + server.port(),
              "-R",
              remote + ":127.0.0.1:" + here.getLocalPort());
      // Through -R the sandbox hears us; through -L we hear its SSH server.
      Process process =
          start(
              ssh(
                  options,
                  "bash -c 'exec 3<>/dev/tcp/127.0.0.1/" + remote + "; cat <&3'; sleep 100"),
              Path.of("/dev/null"));
      byte[] heard = process.getInputStream().readNBytes(5);
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), local)) {
        assertThat(new String(socket.getInputStream().readNBytes(4), UTF_8)).isEqualTo("SSH-");
      }
      assertThat(new String(heard, UTF_8)).isEqualTo("hello");
      process.destroy();
    }
  }

  private static void answer(ServerSocket here) {
    try (Socket socket = here.accept()) {
      socket.getOutputStream().write("hello".getBytes(UTF_8));
    } catch (IOException closed) {
      // The test is over.
    }
  }

  @Test
  void whatIsNotForwardedIsRefusedAndTheRestGoesOn() throws Exception {
    Ran ran =
        end(
            start(
                ssh(List.of("-A", "-o", "ForwardAgent=yes"), "echo \"agent=$SSH_AUTH_SOCK\""),
                Path.of("/dev/null")));

    assertThat(ran.code()).isZero();
    assertThat(ran.out()).isEqualTo("agent=\n");
  }

  @Test
  void aNameThatIsNotThereIsSaidInOneLineBeforeOpenSshsOwn() throws Exception {
    api.answers("{\"jobs\":[],\"total\":0}");
    List<String> command = new ArrayList<>(List.of("ssh", "-F", config().toString()));
    command.addAll(List.of("nope.mags", "true"));

    Ran ran = end(start(command, Path.of("/dev/null")));

    assertThat(ran.code()).isEqualTo(255);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).startsWith("error: no job is named nope\n");
  }

  @Test
  void theProxyEndsWhenTheServerGoesAndWhenTheClientGoes() throws Exception {
    Process sleeping = start(ssh(List.of(), "echo up; sleep 100"), Path.of("/dev/null"));
    assertThat(sleeping.getInputStream().readNBytes(3)).asString(UTF_8).isEqualTo("up\n");
    server.sessions().forEach(ProcessHandle::destroyForcibly);
    Ran cut = end(sleeping);
    assertThat(cut.code()).isEqualTo(255);
    assertThat(cut.err()).contains("the connection to").contains("was lost");

    Process killed = start(ssh(List.of(), "echo up; sleep 100"), Path.of("/dev/null"));
    assertThat(killed.getInputStream().readNBytes(3)).asString(UTF_8).isEqualTo("up\n");
    List<ProcessHandle> proxies = killed.children().toList();
    assertThat(proxies).hasSize(1);
    killed.destroyForcibly();
    for (ProcessHandle proxy : proxies) {
      proxy.onExit().get(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void keysAreNowhereButInOwnerOnlyFiles() throws Exception {
    try (var files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (file.startsWith(directory.resolve("server"))) {
          continue;
        }
        String text = new String(Files.readAllBytes(file), UTF_8);
        if (text.contains("PRIVATE KEY")) {
          assertThat(Files.getPosixFilePermissions(file))
              .as(file.toString())
              .isEqualTo(Files.getPosixFilePermissions(directory.resolve(".mags/ssh/host_key")))
              .hasSize(2);
        }
      }
    }
    assertThat(Arrays.stream(Files.readString(config()).split("\n", -1)))
        .containsExactly("Include \"" + directory.resolve(".mags/ssh/config") + "\"", "");
  }

  /** Reads a stream to its end on a thread of its own. */
  private static final class ByteSink {
    private final StringBuilder text = new StringBuilder();
    private final Thread thread;

    ByteSink(InputStream from) {
      thread =
          new Thread(
              () -> {
                try (from) {
                  text.append(new String(from.readAllBytes(), UTF_8));
                } catch (IOException broken) {
                  text.append(broken);
                }
              });
      thread.setDaemon(true);
      thread.start();
    }

    String text() throws InterruptedException {
      thread.join(20_000);
      return text.toString();
    }
  }
}
