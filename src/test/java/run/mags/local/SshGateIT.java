package run.mags.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static run.mags.local.TestBackend.job;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import run.mags.local.sandbox.IsolationChoice;

/** SSH into a sandbox with OpenSSH's own client, at the strongest isolation that is here. */
class SshGateIT {
  /**
   * Not the common pool, which has a single thread on a machine with two cores: on Java 25 the end
   * of a process is told on it, so that a reader who sits there keeps everyone waiting.
   */
  private static final Executor THREADS =
      task -> {
        Thread thread = new Thread(task, "ssh-gate-test");
        thread.setDaemon(true);
        thread.start();
      };

  private static final Path SSH = Path.of("/usr/bin/ssh");

  @TempDir Path directory;
  private LocalBackend backend;
  private TestBackend client;
  private String id;
  private Door door;

  /** What a command gave: its status, and its outputs with a character for each byte. */
  private record Result(int code, String text, String err) {
    byte[] bytes() {
      return text.getBytes(StandardCharsets.ISO_8859_1);
    }
  }

  /** The way into a job. */
  private record Door(String port, Path key) {}

  @BeforeEach
  void start() throws IOException {
    assumeTrue(
        Files.isExecutable(SSH),
        "SKIPPED: no OpenSSH client (" + SSH + ") on this machine; install openssh-client");
    backend = LocalBackend.start(LocalOptions.in(directory.resolve("state")).leavingNothing());
    client = TestBackend.of(backend);
    id = client.submit(job("sleep 600").put("persistent", true).put("workspace_id", "w"));
    door = open(id);
  }

  @AfterEach
  void stop() {
    if (backend != null) {
      backend.close();
    }
  }

  private Door open(String job) throws IOException {
    JsonNode access = client.post("/mags-jobs/" + job + "/access", "{\"port\":22}").json();
    assertThat(access.get("success").asBoolean()).isTrue();
    assertThat(access.get("ssh_host").asText()).isEqualTo("127.0.0.1");
    assertThat(access.get("ssh_port").isInt()).isTrue();
    Path key = directory.resolve("key-" + job);
    OwnerOnly.replace(
        key, access.get("ssh_private_key").asText().getBytes(StandardCharsets.US_ASCII));
    return new Door(access.get("ssh_port").asText(), key);
  }

  @Test
  void outputsStayApartAndTheStatusIsTheCommands() throws Exception {
    Result result = ssh(new byte[0], "echo out; echo err >&2; exit 7");

    assertThat(result.text()).isEqualTo("out\n");
    assertThat(result.err()).isEqualTo("err\n");
    assertThat(result.code()).isEqualTo(7);
  }

  @Test
  void itLandsOutsideTheOverlayAsInTheCloud() throws Exception {
    assumeTrue(
        !backend.self().isolation().equals("plain"),
        "SKIPPED: no namespaces on this machine, so there is no /overlay");

    Result result =
        ssh(
            new byte[0],
            "id -un; cd /root; pwd; test -d /overlay/bin && chroot /overlay /bin/sh -c 'cd /root && pwd'");

    assertThat(result.text()).isEqualTo("root\n/root\n/root\n");
  }

  @Test
  void inputIsPassedOnByteForByteUpToItsEnd() throws Exception {
    byte[] bytes = new byte[3_000_001];
    new Random(7).nextBytes(bytes);

    Result result = ssh(bytes, "cat");

    assertThat(Arrays.equals(result.bytes(), bytes)).isTrue();
    assertThat(result.code()).isZero();
  }

  @Test
  void aCommandThatEndsBeforeItsInputDoesNotHang() throws Exception {
    Result result = ssh(new byte[5_000_000], "head -c 3 >/dev/null; exit 4");

    assertThat(result.code()).isEqualTo(4);
  }

  @Test
  void aCommandThatReadsNothingLetsItsClientSend() throws Exception {
    Result result = ssh(new byte[5_000_000], "exec <&-; sleep 0.3; echo done; exit 5");

    assertThat(result.text()).isEqualTo("done\n");
    assertThat(result.code()).isEqualTo(5);
  }

  @Test
  void aBackgroundChildThatHoldsNoOutputDoesNotKeepTheCommand() throws Exception {
    long begun = System.nanoTime();

    Result result = ssh(new byte[0], "echo begun; sleep 300 >/dev/null 2>&1 & exit 6");

    assertThat(result.text()).isEqualTo("begun\n");
    assertThat(result.code()).isEqualTo(6);
    assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun)).isLessThan(30);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatAChildWritesAfterItsCommandArrives(boolean plain) throws Exception {
    if (plain) {
      backend.close();
      backend =
          LocalBackend.start(
              LocalOptions.in(directory.resolve("plain"))
                  .withIsolation(IsolationChoice.PLAIN)
                  .leavingNothing());
      client = TestBackend.of(backend);
      door = open(client.submit(job("sleep 600").put("persistent", true)));
    }

    Result result =
        ssh(
            new byte[0],
            "(i=0; while [ $i -lt 100 ]; do sleep 0.01; echo $i; echo e$i >&2; i=$((i+1)); done)&"
                + " exit 8");

    assertThat(result.text().lines()).hasSize(100).endsWith("99");
    assertThat(result.err().lines()).hasSize(100).endsWith("e99");
    assertThat(result.code()).isEqualTo(8);
  }

  @Test
  void nothingIsHeldForAChildWhoseClientIsGone() throws Exception {
    String mark = "sleep 55" + (1000 + new Random().nextInt(8999));
    Process ssh = new ProcessBuilder(command(List.of(), mark + " & echo up")).start();
    assertThat(ssh.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("up");
    assertThat(pipesHeld()).isPositive();

    ssh.destroyForcibly();

    TestBackend.until("end of the pipes", () -> pipesHeld() == 0);
  }

  private long pipesHeld() {
    Path pipes = directory.resolve("state").resolve("pipes");
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      return descriptors.filter(descriptor -> leadsInto(pipes, descriptor)).count();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean leadsInto(Path parent, Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).startsWith(parent);
    } catch (IOException closed) {
      return false;
    }
  }

  @Test
  void anEndBySignalIsReportedAsAShellWould() throws Exception {
    assertThat(ssh(new byte[0], "kill -KILL $$").code()).isEqualTo(137);
  }

  @Test
  void noStatusIsLostOverAKeptConnection() throws Exception {
    Path control = Path.of(directory.resolve("c").toString());
    List<String> master =
        List.of(
            "-o", "ControlMaster=auto", "-o", "ControlPath=" + control, "-o", "ControlPersist=60");
    try {
      for (int i = 1; i <= 100; i++) {
        Result result = ssh(master, new byte[0], "echo " + i + "; exit " + i);
        assertThat(result.code()).isEqualTo(i);
        assertThat(result.text()).isEqualTo(i + "\n");
      }
    } finally {
      ssh(List.of("-o", "ControlPath=" + control, "-O", "exit"), new byte[0]);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"24 80", "50 132"})
  void aTerminalHasTheClientsSize(String size) throws Exception {
    String[] rowsAndColumns = size.split(" ", -1);
    String remote =
        String.join(" ", command(List.of("-tt"), "stty size; tty >/dev/null && exit 9"));
    Result result =
        run(
            List.of(
                "script",
                "-qefc",
                "stty rows "
                    + rowsAndColumns[0]
                    + " cols "
                    + rowsAndColumns[1]
                    + "; "
                    + quoted(remote),
                "/dev/null"),
            new byte[0]);

    assertThat(result.text()).contains(size + "\r\n");
    assertThat(result.code()).isEqualTo(9);
  }

  private static String quoted(String command) {
    return command.replace(
        "stty size; tty >/dev/null && exit 9", "'stty size; tty >/dev/null && exit 9'");
  }

  @Test
  void whoDisconnectsLeavesNothingRunning() throws Exception {
    String mark = "sleep 54" + (1000 + new Random().nextInt(8999));
    Process ssh = new ProcessBuilder(command(List.of(), "echo up; " + mark)).start();
    assertThat(ssh.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("up");
    TestBackend.until("command", () -> running(mark));

    ssh.destroyForcibly();

    TestBackend.until("end of the command", () -> !running(mark));
  }

  @Test
  void onlyTheJobsOwnKeyOpensItsDoor() throws Exception {
    String other = client.submit(job("sleep 600").put("persistent", true));
    Door otherDoor = open(other);
    assertThat(otherDoor.port()).isNotEqualTo(door.port());

    Result wrongKey = run(command(door.port(), otherDoor.key(), List.of(), "true"), new byte[0]);
    Result wrongUser =
        run(new ArrayList<>(command(List.of("-o", "User=nobody"), "true")), new byte[0]);

    assertThat(wrongKey.code()).isEqualTo(255);
    assertThat(wrongKey.err()).contains("Permission denied (publickey)");
    assertThat(wrongUser.code()).isEqualTo(255);
  }

  @Test
  void aStoppedJobsDoorIsClosed() throws Exception {
    client.post("/mags-jobs/" + id + "/stop", null);
    client.await(id, "stopped");

    TestBackend.until(
        "door to close",
        () -> {
          try {
            Result result = ssh(new byte[0], "true");
            return result.code() == 255 && result.err().contains("refused");
          } catch (Exception e) {
            throw new AssertionError(e);
          }
        });
  }

  private static boolean running(String commandLine) {
    return ProcessHandle.allProcesses()
        .anyMatch(process -> process.info().commandLine().orElse("").endsWith(commandLine));
  }

  private List<String> command(List<String> options, String... remote) {
    return command(door.port(), door.key(), options, remote);
  }

  private static List<String> command(
      String port, Path key, List<String> options, String... remote) {
    List<String> command = new ArrayList<>(List.of(SSH.toString(), "-F", "none"));
    for (String option :
        List.of(
            "StrictHostKeyChecking=no",
            "UserKnownHostsFile=/dev/null",
            "IdentitiesOnly=yes",
            "PasswordAuthentication=no",
            "LogLevel=ERROR")) {
      command.addAll(List.of("-o", option));
    }
    command.addAll(List.of("-i", key.toString(), "-p", port));
    command.addAll(options);
    if (!options.toString().contains("User=")) {
      command.addAll(List.of("-l", "root"));
    }
    command.add("127.0.0.1");
    command.addAll(List.of(remote));
    return command;
  }

  private Result ssh(byte[] input, String... remote) throws Exception {
    return ssh(List.of(), input, remote);
  }

  private Result ssh(List<String> options, byte[] input, String... remote) throws Exception {
    return run(command(options, remote), input);
  }

  private static Result run(List<String> command, byte[] input) throws Exception {
    Process process = new ProcessBuilder(command).start();
    CompletableFuture<Void> fed =
        CompletableFuture.runAsync(
            () -> {
              try (OutputStream in = process.getOutputStream()) {
                in.write(input);
              } catch (IOException ended) {
                // The client ended before it read everything.
              }
            },
            THREADS);
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    CompletableFuture<Void> said =
        CompletableFuture.runAsync(
            () -> {
              try {
                process.getErrorStream().transferTo(err);
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            },
            THREADS);
    CompletableFuture<byte[]> out =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return process.getInputStream().readAllBytes();
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            },
            THREADS);
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError(command + " hangs");
    }
    fed.join();
    said.join();
    return new Result(
        process.exitValue(),
        new String(out.join(), StandardCharsets.ISO_8859_1),
        err.toString(StandardCharsets.UTF_8));
  }
}
