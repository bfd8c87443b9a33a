package run.mags.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import run.mags.api.model.Json;
import run.mags.local.LocalBackend;
import run.mags.local.LocalOptions;
import run.mags.ssh.SshTarget;
import run.mags.testing.CliProcess;
import run.mags.testing.FakeApi;
import run.mags.testing.OpenSshServer;
import run.mags.testing.Tmux;

/** Sessions of the built {@code mags} in a real terminal. */
@Timeout(120)
class SshIT {
  private static final String ID = "11111111-2222-3333-4444-555555555555";

  @TempDir Path directory;
  private final List<AutoCloseable> open = new ArrayList<>();
  private final Map<String, String> env = new HashMap<>();
  private OpenSshServer server;
  private Tmux tmux;

  /** What is on the far side. */
  enum Side {
    /** Debian's sshd, found by way of scripted API answers. */
    OPENSSH,
    /** The local backend, on this machine's strongest isolation. */
    LOCAL
  }

  @AfterEach
  void close() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  private void begin(Side side) throws Exception {
    env.put("HOME", Files.createDirectories(directory.resolve("home")).toString());
    env.put("PATH", System.getenv("PATH"));
    env.put("MAGS", CliProcess.image().resolve("bin/mags").toString());
    if (System.getenv("JAVA_HOME") != null) {
      env.put("JAVA_HOME", System.getenv("JAVA_HOME"));
    }
    if (side == Side.OPENSSH) {
      server = OpenSshServer.start(directory.resolve("server"));
      open.add(server);
      // Its shell is that of whoever runs the test, and may read what start files there are.
      Files.writeString(server.home().resolve(".profile"), "PS1='there> '; export PS1\n");
      Files.writeString(server.home().resolve(".bash_profile"), "PS1='there> '\n");
      FakeApi api = new FakeApi();
      open.add(api);
      script(api);
      env.put("MAGS_API_URL", api.url().toString());
      env.put("MAGS_API_TOKEN", "not-a-real-token");
    } else {
      LocalBackend backend =
          LocalBackend.start(LocalOptions.in(directory.resolve("state")).leavingNothing());
      open.add(backend);
      env.put("MAGS_API_URL", backend.url().toString());
      env.put("MAGS_API_TOKEN", backend.token());
    }
    tmux = Tmux.start(directory.resolve("tmux"), env);
    open.add(tmux);
    tmux.enter("cd " + directory + "; stty -a > before; echo ready").await("^ready\\nhere> $");
  }

  private void script(FakeApi api) {
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
  }

  private void login(Side side) throws Exception {
    begin(side);
    tmux.enter("$MAGS ssh dev");
    // Before there is a prompt, the shell of the far side would see what is typed with its echo on.
    tmux.await(side == Side.OPENSSH ? "^there> $" : "^# $");
    tmux.enter("PS1='far> '").await("^far> $");
  }

  /** The session has ended with this status, and the terminal is as it was. */
  private void assertEnded(int status) throws Exception {
    tmux.enter("echo ended $?").await("^ended " + status + "$");
    tmux.enter("stty -a > after; echo saved").await("^saved$");
    assertThat(directory.resolve("after"))
        .hasSameTextualContentAs(directory.resolve("before"), StandardCharsets.US_ASCII);
  }

  @ParameterizedTest
  @EnumSource
  void isALoginShellOnATerminalOfTheSameSize(Side side) throws Exception {
    login(side);

    tmux.enter("tty; stty size; echo type $TERM").await("^/dev/pts/\\d+$");
    tmux.await("^30 100$").await("^type tmux-256color$");
    tmux.enter("exit 3").await("^here> $");

    assertEnded(3);
  }

  @ParameterizedTest
  @EnumSource
  void tellsChangesOfTheSize(Side side) throws Exception {
    login(side);
    tmux.enter("while :; do stty size; sleep 0.1; done");

    tmux.resize(90, 25);
    tmux.await("^25 90$");
    tmux.resize(101, 33);
    tmux.await("^33 101$");

    tmux.press("C-c").await("^far> $").enter("exit 0").await("^here> $");
    tmux.resize(100, 30);
    assertEnded(0);
  }

  @ParameterizedTest
  @EnumSource
  void keysForSignalsGoToTheOtherSide(Side side) throws Exception {
    login(side);

    // A program that says that it runs: a signal that comes while it is started is the shell's.
    tmux.enter("sh -c 'echo begun; exec sleep 1000'").await("^begun$").press("C-c");
    tmux.await("^far> $").enter("echo interrupted $?").await("interrupted 130$");
    tmux.enter("sh -c 'echo again; exec sleep 1001'").await("^again$").press("C-\\");
    tmux.await("^far> $").enter("echo quit $?").await("quit 131$");
    tmux.enter("sh -c 'echo third; exec sleep 1002'").await("^third$").press("C-z");
    tmux.await("(?i)stopped").await("^far> $").enter("fg").await("^sh -c .echo third; .*$");
    tmux.press("C-c").await("^far> $").enter("exit 4").await("^here> $");

    assertEnded(4);
  }

  @ParameterizedTest
  @EnumSource
  void coloursAndUtf8ComeThroughBothWays(Side side) throws Exception {
    login(side);

    tmux.enter("printf '\\033[31mrot\\033[0m|%s|\\n' 'größe ☃ 日本'").await("^rot\\|größe ☃ 日本\\|$");

    assertThat(tmux.colouredScreen()).contains("\033[31mrot\033[39m|");
  }

  @ParameterizedTest
  @EnumSource
  void aPasteOf100KilobytesArrivesWhole(Side side) throws Exception {
    login(side);
    Path pasted = directory.resolve("pasted");
    byte[] random = new byte[72_000];
    new Random(5).nextBytes(random);
    Files.write(pasted, Base64.getMimeEncoder(76, new byte[] {'\n'}).encode(random));
    Files.writeString(pasted, "\n", StandardOpenOption.APPEND);

    tmux.enter("stty -echo; echo ready; cat > got").await("^ready$");
    tmux.paste(pasted);
    tmux.press("C-d").enter("stty echo").enter("cksum < got");

    Process cksum = new ProcessBuilder("cksum").redirectInput(pasted.toFile()).start();
    String[] printed =
        new String(cksum.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
            .trim()
            .split(" ", -1);
    assertThat(Files.size(pasted)).isGreaterThan(95_000);
    tmux.await("\\b" + printed[0] + " " + printed[1] + "$");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/usr/bin/vi", "/usr/bin/top"})
  void fullScreenProgramsRunAndAreLeft(String program) throws Exception {
    assumeTrue(Files.isExecutable(Path.of(program)), "SKIPPED: no " + program);
    login(Side.OPENSSH);

    tmux.enter(program + (program.endsWith("vi") ? " file" : ""));
    if (program.endsWith("vi")) {
      tmux.await("^~ *$").type("ihello ü").press("Escape").enter(":wq");
      tmux.await("^far> $").enter("cat file").await("^hello ü$");
    } else {
      tmux.await("PID USER").type("q").await("^far> $");
    }
    tmux.enter("exit 0").await("^here> $");

    assertEnded(0);
  }

  @ParameterizedTest
  @EnumSource
  void tmuxRunsInASessionAndOutlivesIt(Side side) throws Exception {
    login(side);
    String inner = "TMUX= tmux -L inner -f /dev/null ";

    tmux.enter(inner + "new -s far \"env PS1='inner> ' sh -i\"").await("^inner> $");
    tmux.enter("x=kept; stty size").await("^29 100$");
    tmux.resize(90, 25);
    tmux.enter("until stty size | grep '24 90'; do sleep 0.1; done").await("^24 90$");
    tmux.press("C-b").type("d").await("^\\[detached").await("^far> $");
    tmux.resize(100, 30);
    tmux.enter(inner + "attach").await("^inner> $").enter("echo $x").await("^kept$");
    tmux.enter("exit").await("^\\[exited]$").enter("exit 0").await("here> $");
  }

  /** Our terminal may have what is typed for the next program. */
  @Test
  void aTerminalIsNotReadWithoutT() throws Exception {
    begin(Side.OPENSSH);

    tmux.enter("$MAGS exec dev 'sleep 1; cat; echo end'").enter("echo the shells own");
    tmux.await("^end$").await("(^|here> )the shells own$");
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "HUP", "INT"})
  void aSignalEndsTheSessionAndGivesTheTerminalBack(String signal) throws Exception {
    login(Side.OPENSSH);
    tmux.enter("echo begun; sleep 1000").await("^begun$");

    long pid = tmux.program().pid();
    new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start().waitFor();
    tmux.await("^here> $");

    assertEnded(signal.equals("TERM") ? 143 : signal.equals("HUP") ? 129 : 130);
  }

  @Test
  void aConnectionThatIsCutGivesTheTerminalBack() throws Exception {
    login(Side.OPENSSH);
    tmux.enter("echo begun; sleep 1000").await("^begun$");

    server.sessions().forEach(SshIT::kill);
    tmux.await("^error: the connection to 127.0.0.1:\\d+ was lost before").await("^here> $");

    assertEnded(125);
  }

  private static void kill(ProcessHandle process) {
    // Not the shell, whose end would be reported.
    List<ProcessHandle> servers =
        Stream.concat(Stream.of(process), process.descendants())
            .filter(each -> each.info().command().orElse("").contains("sshd"))
            .toList();
    servers.forEach(ProcessHandle::destroyForcibly);
  }

  @ParameterizedTest
  @EnumSource
  void escapeKeysEndASession(Side side) throws Exception {
    login(side);

    tmux.type("~?").await("^  ~\\. +end this session");
    tmux.press("C-c").press("Enter").enter("~~x").await("~x: .*not found$");
    tmux.enter("echo ~.y").await("^~\\.y$");
    tmux.press("Enter").type("~.").await("^error: the session was ended by ~").await("^here> $");

    assertEnded(125);
  }

  /**
   * In between, the shell that started us has its terminal as it was, and makes it another size.
   */
  @ParameterizedTest
  @EnumSource
  void aSessionIsSuspendedAndGoesOn(Side side) throws Exception {
    login(side);
    tmux.enter("x=remembered");

    for (int i = 1; i <= 2; i++) {
      tmux.type("~").press("C-z").await("(?i)stopped").await("^here> $");
      tmux.enter("stty -a > while; echo suspended " + i).await("^suspended " + i + "$");
      assertThat(settings("while")).isEqualTo(settings("before"));
      int columns = i == 1 ? 99 : 100;
      tmux.resize(columns, 30);
      tmux.enter("until stty size | grep " + columns + "; do sleep 0.1; done")
          .await("^30 " + columns);
      tmux.enter("fg").await("^\\$\\{MAGS\\} ssh dev$").press("Enter").await("^far> $");
      // The size travels beside what is typed.
      tmux.enter("until stty size | grep -q ' " + columns + "$'; do sleep 0.1; done; echo $x " + i)
          .await("^remembered " + i + "$");
      // Raw again: this goes to the other side.
      tmux.enter("sh -c 'echo begun " + i + "; exec sleep 1000'").await("^begun " + i + "$");
      tmux.press("C-c")
          .await("^far> $")
          .enter("echo alive " + i)
          .await("(^|far> )alive " + i + "$");
    }
    tmux.enter("exit 5").await("^here> $");

    assertEnded(5);
  }

  private String settings(String file) throws IOException {
    return Files.readString(directory.resolve(file)).replaceFirst("columns \\d+", "columns");
  }

  @Test
  void aSessionThatWasStoppedFromOutsideGoesOn() throws Exception {
    login(Side.OPENSSH);
    ProcessHandle mags = tmux.program();

    signal("STOP", List.of(mags));
    // This shell leaves the terminal raw, others do not.
    tmux.await("(?i)stopped").type("stty sane; echo sane").press("C-j").await("sane$");
    tmux.enter("fg").await("^\\$\\{MAGS\\} ssh dev$").press("Enter").await("^far> $");
    tmux.enter("sh -c 'echo begun; exec sleep 1000'").await("^begun$");
    tmux.press("C-c").await("^far> $").enter("echo alive").await("(^|far> )alive$");
    tmux.enter("exit 6").await("^here> $");
    tmux.enter("echo ended $?").await("^ended 6$");
  }

  /** As with a network that is gone without a word, after a paste that fills everything. */
  @Test
  void escapeKeysEndASessionThatHangs() throws Exception {
    login(Side.OPENSSH);
    tmux.enter("stty -echo; echo stopped here; cat > /dev/null").await("^stopped here$");
    List<ProcessHandle> hanging =
        server.sessions().stream()
            .flatMap(
                each ->
                    java.util.stream.Stream.concat(
                        java.util.stream.Stream.of(each), each.descendants()))
            .toList();
    signal("STOP", hanging);
    try {
      Path pasted = directory.resolve("pasted");
      Files.writeString(pasted, ("x".repeat(70) + "\n").repeat(10_000));
      tmux.paste(pasted);

      tmux.press("Enter").type("~.").await("^error: the session was ended by ~").await("^here> $");

      assertEnded(125);
    } finally {
      signal("CONT", hanging);
    }
  }

  private static void signal(String name, List<ProcessHandle> processes) throws Exception {
    for (ProcessHandle each : processes) {
      new ProcessBuilder("kill", "-" + name, Long.toString(each.pid()))
          .start()
          .waitFor(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void ctrlCWhileConnectingEndsUsAndNothingWasChanged() throws Exception {
    begin(Side.OPENSSH);
    FakeApi silent = new FakeApi().staysSilent();
    open.add(silent);

    tmux.enter("MAGS_API_URL=" + silent.url() + " $MAGS ssh dev").await("connecting to dev");
    tmux.press("C-c").await("^here> $");

    assertEnded(130);
  }

  @Test
  void aReaderThatGoesAwayEndsTheSession() throws Exception {
    begin(Side.OPENSSH);

    tmux.enter("$MAGS exec -t dev 'while echo line; do sleep 0.1; done' | head -1; echo over");
    tmux.await("^line$").await("^over$").await("^here> $");

    tmux.enter("true").await("true\\s+here> $");
    assertEnded(0);
  }
}
