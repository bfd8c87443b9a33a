package run.mags.command;

import static org.assertj.core.api.Assertions.assertThat;
import static run.mags.testing.CliResultAssert.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import run.mags.api.model.Json;
import run.mags.ssh.SshTarget;
import run.mags.testing.CliResult;
import run.mags.testing.FakeApi;
import run.mags.testing.FakeTerminal;
import run.mags.testing.MagsCli;
import run.mags.testing.OpenSshServer;

/** {@code exec} from the command line to a real OpenSSH server, by way of scripted API answers. */
@Timeout(120)
class ExecIT {
  private static final String ID = "11111111-2222-3333-4444-555555555555";
  private static final String NOT_READY =
      "{\"success\":false,\"error\":\"no VM associated with this job\"}";

  @TempDir private Path home;
  private FakeApi api;
  private OpenSshServer server;
  private MagsCli mags;

  @BeforeEach
  void start() throws Exception {
    server = OpenSshServer.start(home.resolve("server"));
    api = new FakeApi();
    mags = new MagsCli(home).on(api);
  }

  @AfterEach
  void close() {
    server.close();
    api.close();
  }

  private static String status(String status, String vm) {
    return "{\"request_id\":\""
        + ID
        + "\",\"name\":\"dev\",\"workspace_id\":\"ws\",\"status\":\""
        + status
        + "\""
        + (vm == null ? "" : ",\"vm_id\":\"" + vm + "\"")
        + "}";
  }

  private void lists(String status, String vm) {
    api.answers("{\"jobs\":[" + status(status, vm) + "],\"total\":1}");
  }

  private void givesAccess() {
    givesAccess(server.target(null).port());
  }

  private void givesAccess(int port) {
    SshTarget target = server.target(null);
    api.answers(
        Json.write(
            Json.object()
                .put("success", true)
                .put("ssh_host", target.host())
                .put("ssh_port", port)
                .put("ssh_private_key", target.privateKey())));
  }

  private CliResult exec(String... args) {
    lists("running", "vm-1");
    givesAccess();
    return mags.run(args);
  }

  @Test
  void runsACommandWithTwoRequests() {
    assertThat(exec("exec", "dev", "echo out; echo err >&2; exit 7"))
        .exits(7)
        .prints("out\n")
        .warns("err\n");
    assertThat(api.requestLines())
        .containsExactly(
            "GET /api/v1/mags-jobs?page=1&page_size=50",
            "POST /api/v1/mags-jobs/" + ID + "/access");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "it's",
        "\"",
        "$HOME",
        "`id`",
        "a\\b",
        "*",
        "-n",
        "--",
        "a;b",
        "a&",
        "# x",
        "ü😀",
        "two\nlines",
        "\\",
        "'\\''",
        "!!",
        "{a,b}",
        "~",
        "%s",
        "\t"
      })
  void passesArgumentsOnByteForByte(String argument) {
    assertThat(exec("exec", "dev", "--", "printf", "[%s]", argument))
        .exits(0)
        .prints("[" + argument + "]")
        .warnsNothing();
  }

  @Test
  void passesInputOnByteForByte() {
    byte[] bytes = new byte[200_001];
    new Random(3).nextBytes(bytes);
    lists("running", "vm-1");
    givesAccess();

    CliResult result = mags.terminal(new FakeTerminal(bytes)).run("exec", "dev", "cat");

    assertThat(result.exitCode()).isZero();
    assertThat(result.outBytes()).isEqualTo(bytes);
  }

  @Test
  void readsNoInputWhenToldSo() {
    lists("running", "vm-1");
    givesAccess();
    FakeTerminal terminal = new FakeTerminal("not for the command");

    assertThat(mags.terminal(terminal).run("exec", "-n", "dev", "cat")).exits(0).printsNothing();
    assertThat(terminal.in())
        .hasBinaryContent("not for the command".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void runsAScriptWithItsInput() throws Exception {
    Files.writeString(home.resolve("s.sh"), "# comment\ncat <<'X'\n$here 'it''s'\nX\ncat; exit 3");
    lists("running", "vm-1");
    givesAccess();

    assertThat(
            mags.terminal(new FakeTerminal("input\n"))
                .run("exec", "--script", "s.sh", "--env", "A=b c", "dev"))
        .exits(3)
        .prints("$here 'it''s'\ninput\n");
  }

  @Test
  void setsEnvironmentAndDirectory() throws Exception {
    Path directory = Files.createDirectory(home.resolve("a dir"));

    assertThat(
            exec(
                "exec",
                "--env",
                "Q=it's \"$x\"",
                "--workdir",
                directory.toString(),
                "dev",
                "echo \"$Q\"; pwd"))
        .exits(0)
        .prints("it's \"$x\"\n" + directory + "\n");
  }

  @Test
  void givesOneDocument() {
    assertThat(exec("exec", "--json", "dev", "echo ü; printf '\\377' >&2; exit 9"))
        .exits(9)
        .printsMatch(
            "^\\{\"exit_code\":9,\"stdout\":\"ü\\\\n\",\"stdout_encoding\":\"utf-8\","
                + "\"stderr\":\"/w==\",\"stderr_encoding\":\"base64\",\"duration_ms\":\\d+}$")
        .warnsNothing();
  }

  @Test
  void endsTheCommandWhenItsTimeIsUp() {
    assertThat(exec("exec", "--timeout", "1s", "dev", "echo begun; sleep 60"))
        .exits(124)
        .prints("begun\n")
        .warnsMatch("^error: the command did not end within 1 s$");
  }

  @Test
  void wakesASleeperAndLooksWhichMachineItGot() {
    lists("sleeping", null);
    givesAccess();
    api.answers(status("running", "vm-2"));

    assertThat(mags.run("exec", "dev", "true")).exits(0).warnsNothing();
    assertThat(home.resolve(".mags/known_hosts")).content().contains("vm-2");
  }

  @Test
  void waitsForASandboxThatIsStarting() {
    lists("running", null);
    api.answers(NOT_READY).answers(status("running", null));
    api.answers(NOT_READY).answers(status("running", "vm-1"));
    givesAccess();

    assertThat(mags.run("exec", "dev", "echo there")).exits(0).prints("there\n").warnsNothing();
  }

  @Test
  void waitsForAnSshServerThatIsNotUpYet() throws Exception {
    server.close();
    lists("running", "vm-1");
    givesAccess();
    for (int i = 0; i < 40; i++) {
      api.answers(status("running", "vm-1"));
      givesAccess();
    }
    CompletableFuture<CliResult> done = new CompletableFuture<>();
    new Thread(() -> done.complete(mags.run("exec", "dev", "echo there"))).start();
    while (api.requests().size() < 6) {
      Thread.onSpinWait();
    }

    server.start();

    assertThat(done.get()).exits(0).prints("there\n").warnsNothing();
  }

  @Test
  void aCommandThatMayHaveBegunIsNotSentAgain() throws Exception {
    lists("running", "vm-1");
    givesAccess();
    Path trace = server.home().resolve("trace");
    CompletableFuture<CliResult> done = new CompletableFuture<>();
    new Thread(
            () ->
                done.complete(mags.run("exec", "dev", "echo x >>trace; while :; do sleep 1; done")))
        .start();
    while (!Files.exists(trace) || Files.size(trace) == 0) {
      Thread.onSpinWait();
    }

    server.sessions().forEach(ProcessHandle::destroyForcibly);

    assertThat(done.get())
        .exits(125)
        .printsNothing()
        .warnsMatch("^error: the connection to .* was lost before the command had ended")
        .warnsMatch("^hint: the command may still be running; it was not started a second time$");
    assertThat(trace).hasContent("x");
    assertThat(api.requests()).hasSize(2);
  }

  @Test
  void aLostConnectionIsAnErrorInJsonWithWhatHadComeByThen() throws Exception {
    lists("running", "vm-1");
    givesAccess();
    Path trace = server.home().resolve("trace");
    CompletableFuture<CliResult> done = new CompletableFuture<>();
    String command =
        "printf part; printf 'err\\377' >&2; sleep 0.3; echo x >trace; exec sleep 1000";
    new Thread(() -> done.complete(mags.run("exec", "--json", "dev", command))).start();
    while (!Files.exists(trace) || Files.size(trace) == 0) {
      Thread.onSpinWait();
    }

    server.sessions().forEach(ProcessHandle::destroyForcibly);

    CliResult lost = done.get();
    assertThat(lost).exits(125).printsNothing();
    JsonNode document = Json.read(lost.err());
    assertThat(document.path("error").path("kind").asText()).isEqualTo("connection");
    assertThat(document.path("error").path("retryable").asBoolean()).isFalse();
    assertThat(document.path("error").path("message").asText())
        .contains("was lost before the command had ended");
    assertThat(document.path("stdout").asText()).isEqualTo("part");
    assertThat(document.path("stdout_encoding").asText()).isEqualTo("utf-8");
    assertThat(document.path("stderr").asText()).isEqualTo("ZXJy/w==");
    assertThat(document.path("stderr_encoding").asText()).isEqualTo("base64");
  }

  @Test
  void saysInALogWhatItWaitsForAndWhatItSawLast() {
    lists("running", null);
    for (int i = 0; i < 60; i++) {
      api.answers(NOT_READY).answers(status("running", null));
    }

    assertThat(mags.run("exec", "--connect-timeout", "6s", "dev", "true"))
        .exits(125)
        .warnsMatch(
            "^waiting for dev, up to 6 s: .*no VM associated with this job;"
                + " its status is running$");
  }

  @Test
  void saysWhatItSawLastOfAMachineThatNeverComes() {
    lists("running", null);
    for (int i = 0; i < 40; i++) {
      api.answers(NOT_READY).answers(status("running", null));
    }

    assertThat(mags.run("exec", "--connect-timeout", "500ms", "dev", "true"))
        .exits(125)
        .printsNothing()
        .warnsMatch("^error: cannot reach dev within .*no VM associated.* without a machine$")
        .warnsMatch("^hint: .*mags stop dev && mags new dev$");
  }

  @Test
  void saysThatAPortStaysSilentAsItSaysThatNobodyIsThere() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      lists("running", "vm-1");
      givesAccess(silent.getLocalPort());

      assertThat(mags.run("exec", "--connect-timeout", "1s", "dev", "true"))
          .exits(125)
          .printsNothing()
          .warnsMatch("^error: cannot reach dev within 1 ?s: .* within 1 s \\(.*greeting")
          .warnsMatch("^hint: a longer --connect-timeout waits longer; .*mags status dev$");
    }
  }

  @Test
  void saysWhatToDoWhenTheKeyIsRefused() throws Exception {
    try (OpenSshServer other = OpenSshServer.start(home.resolve("other-server"))) {
      lists("running", "vm-1");
      givesAccess(other.target(null).port());

      assertThat(mags.run("exec", "dev", "true"))
          .exits(125)
          .warnsMatch("^error: .* refuses to let .* in")
          .warnsMatch("^hint: try it again, .* mags stop dev && mags new dev$");
    }
  }

  @Test
  void saysThatItLeavesWhatWritesOn() {
    assertThat(exec("exec", "dev", "(while echo on; do sleep 0.1; done) & exit 3"))
        .exits(3)
        .warns("warning: something that the command left running writes on; no more is shown\n");
  }

  @Test
  void theFailureOfACommandComesWithWhatItHadWritten() {
    assertThat(
            exec("exec", "--json", "--timeout", "1s", "dev", "echo so far; echo err >&2; sleep 60"))
        .exits(124)
        .printsNothing()
        .warnsMatch(
            "^\\{\"error\":\\{\"kind\":\"timeout\".*\\},\"stdout\":\"so far\\\\n\","
                + "\"stdout_encoding\":\"utf-8\",\"stderr\":\"err\\\\n\","
                + "\"stderr_encoding\":\"utf-8\"\\}$");
  }

  @Test
  void aHostKeyThatChangedIsAnErrorForTheSameMachineOnly() throws Exception {
    assertThat(exec("exec", "dev", "true")).exits(0);
    server.close();
    server = OpenSshServer.start(home.resolve("other-server"));

    assertThat(exec("exec", "--json", "dev", "true"))
        .exits(125)
        .warnsMatch("^\\{\"error\":\\{\"kind\":\"host_key\"");

    lists("running", "vm-2");
    givesAccess();
    assertThat(mags.run("exec", "dev", "true")).exits(0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"stopped", "completed", "error"})
  void whatHasEndedIsNotReached(String status) {
    lists(status, null);

    assertThat(mags.run("exec", "dev", "true"))
        .exits(125)
        .warnsMatch("^error: dev is not running: its status is " + status + "$")
        .warnsMatch("^hint: its workspace is kept; to go on with it: mags new ws$");
    assertThat(api.requests()).hasSize(1);
  }

  @Test
  void badInputIsNotTheCommandsFailure() {
    assertThat(mags.run("exec")).exits(125).warnsMatch("^error: missing required parameter");
    assertThat(mags.run("exec", "dev")).exits(125).warnsMatch("^error: no command was given");
    assertThat(mags.run("exec", "dev", "--")).exits(125);
    assertThat(mags.run("exec", "--script", "missing", "dev"))
        .exits(125)
        .warnsMatch("^error: no such file: missing$");
    assertThat(mags.run("exec", "--script", "x", "dev", "y")).exits(125);
    assertThat(mags.run("exec", "--timeout", "0", "dev", "y")).exits(125);
    assertThat(api.requests()).isEmpty();
  }

  /** Also without a terminal on our side. */
  @Test
  void givesATerminalWhenToldSo() {
    assertThat(
            exec(
                "exec", "-t", "--env", "A=b", "dev", "tty; stty size; echo $A; echo x >&2; exit 9"))
        .exits(9)
        .printsMatch("\\A/dev/pts/\\d+\r\n24 80\r\nb\r\nx\r\n\\z")
        .warnsNothing();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "line\n", "no line end", "two\nlines"})
  void theEndOfInputIsSeenOnATerminal(String input) {
    lists("running", "vm-1");
    givesAccess();

    assertThat(
            mags.terminal(new FakeTerminal(input))
                .run("exec", "-t", "dev", "stty -echo; cat; echo [end]"))
        .exits(0)
        .printsMatch("\\[end\\]\\r\\n\\z");
  }

  @Test
  void aCommandOnATerminalWithoutInputSeesItsEnd() {
    assertThat(exec("exec", "-t", "-n", "dev", "cat; echo end")).exits(0).prints("end\r\n");
  }

  @Test
  void endsACommandOnATerminalWhenItsTimeIsUp() {
    assertThat(exec("exec", "-t", "--timeout", "1s", "dev", "echo begun; sleep 60"))
        .exits(124)
        .printsMatch("^begun")
        .warnsMatch("^error: the command did not end within 1 s$");
  }

  @Test
  void aTerminalHasItsLimits() {
    assertThat(mags.run("exec", "-t", "--json", "dev", "true"))
        .exits(125)
        .warnsMatch("--tty and --json exclude each other");
    assertThat(api.requests()).isEmpty();
    assertThat(exec("exec", "-t", "dev", "echo " + "x".repeat(130_000)))
        .exits(125)
        .printsNothing()
        .warnsMatch("^error: the command is too long to be run on a terminal");
  }

  @Test
  void aShellReadsItsCommandsFromAPipe() {
    lists("running", "vm-1");
    givesAccess();

    assertThat(mags.terminal(new FakeTerminal("echo one\ncd /\npwd\nexit 6\n")).run("ssh", "dev"))
        .exits(6)
        .prints("one\n/\n")
        .warnsNothing();
  }

  @Test
  void sshWithACommandIsExec() {
    lists("running", "vm-1");
    givesAccess();

    assertThat(mags.run("ssh", "dev", "printf", "[%s]", "a  b", "-t"))
        .exits(0)
        .prints("[a  b][-t]");
  }

  @Test
  void sshStartsNothingWhenToldSo() {
    api.answers("{\"jobs\":[],\"total\":0}");

    assertThat(mags.run("ssh", "--no-start", "dev"))
        .exits(125)
        .warnsMatch("^error: no job is named dev$");
    assertThat(api.requests()).hasSize(1);
  }

  @Test
  void sshRefusesWrongForwardingsBeforeAnythingIsSent() throws Exception {
    assertThat(mags.run("ssh", "-L", "80", "dev")).exits(125).warnsMatch("'80' is no forwarding");
    assertThat(mags.run("ssh", "-N", "dev")).exits(125).warnsMatch("-N goes with -L, -R or -D");
    assertThat(mags.run("ssh", "-L", server.port() + ":h:1", "dev"))
        .exits(125)
        .warnsMatch("^error: cannot listen on " + server.port());
    assertThat(api.requests()).isEmpty();
  }

  @Test
  void optionsBehindTheNameBelongToTheCommand() {
    assertThat(exec("exec", "dev", "echo", "--json", "-h", "--timeout"))
        .exits(0)
        .prints("--json -h --timeout\n");
  }
}
