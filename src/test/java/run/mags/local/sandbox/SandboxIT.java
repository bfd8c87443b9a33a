package run.mags.local.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static run.mags.local.sandbox.SandboxFixture.inner;
import static run.mags.local.sandbox.SandboxFixture.outer;
import static run.mags.local.sandbox.SandboxFixture.run;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import run.mags.error.CliException;
import run.mags.local.sandbox.SandboxFixture.Ran;

/** What every sandbox does, whatever keeps it apart. */
class SandboxIT {
  @TempDir Path directory;
  private SandboxFixture fixture;

  @BeforeEach
  void open() {
    fixture = new SandboxFixture(directory.resolve("fixture"));
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  @ParameterizedTest
  @EnumSource(Isolation.class)
  void passesStreamsAndExitCode(Isolation level) {
    Sandbox sandbox = fixture.start(level);
    List<String> argv = List.of("/bin/sh", "-c", "cat; echo no >&2; exit 7");

    assertThat(sandbox.isolation()).isEqualTo(level);
    assertThat(run(sandbox.inner(Map.of(), argv), "a\nb")).isEqualTo(new Ran(7, "a\nb", "no\n"));
    assertThat(run(sandbox.outer(Map.of(), argv), "")).isEqualTo(new Ran(7, "", "no\n"));
  }

  @ParameterizedTest
  @EnumSource(Isolation.class)
  void passesDeathBySignal(Isolation level) {
    assertThat(inner(fixture.start(level), "kill -KILL $$").exit()).isEqualTo(128 + 9);
  }

  @ParameterizedTest
  @EnumSource(Isolation.class)
  void saysLikeAShellThatACommandIsMissing(Isolation level) {
    Sandbox sandbox = fixture.start(level);

    assertThat(run(sandbox.inner(Map.of(), List.of("no-such-command")), "").exit()).isEqualTo(127);
  }

  /** "kill 0" must end the script's own group, and nothing on the way there. */
  @ParameterizedTest
  @EnumSource(Isolation.class)
  void keepsTheExitCodeOfAScriptThatKillsItsGroup(Isolation level) {
    Ran ran = inner(fixture.start(level), "trap 'exit 5' TERM; kill 0; exit 6");

    assertThat(ran.exit()).isEqualTo(5);
  }

  @ParameterizedTest
  @EnumSource(Isolation.class)
  void givesExactlyTheEnvironmentAsked(Isolation level) {
    Sandbox sandbox = fixture.start(level);
    Map<String, String> asked =
        Map.of("EMPTY", "", "ODD", " a='b' \"$c\" `d` \\n\n\n", "UNI", "päß 試 🐦");

    Ran ran = run(sandbox.inner(asked, List.of("cat", "/proc/self/environ")), "");

    Map<String, String> seen = new TreeMap<>();
    for (String variable : ran.out().split("\0", -1)) {
      if (!variable.isEmpty()) {
        seen.put(
            variable.substring(0, variable.indexOf('=')),
            variable.substring(variable.indexOf('=') + 1));
      }
    }
    assertThat(seen).containsAllEntriesOf(asked);
    asked.keySet().forEach(seen::remove);
    seen.remove("MAGS_SANDBOX");
    assertThat(seen).containsOnlyKeys("HOME", "LANG", "LOGNAME", "PATH", "SHELL", "USER");
  }

  @ParameterizedTest
  @EnumSource(Isolation.class)
  void letsTheEnvironmentAskedWin(Isolation level) {
    Sandbox sandbox = fixture.start(level);

    Ran ran =
        run(
            sandbox.outer(Map.of("HOME", "/elsewhere"), List.of("/bin/sh", "-c", "echo $HOME")),
            "");

    assertThat(ran.out()).isEqualTo("/elsewhere\n");
  }

  @ParameterizedTest
  @EnumSource(Isolation.class)
  void showsNoEnvironmentInTheProcessList(Isolation level) throws Exception {
    Sandbox sandbox = fixture.start(level);
    String secret = "secret-" + SandboxFixture.uniqueSeconds();
    String seconds = SandboxFixture.uniqueSeconds();

    sandbox.inner(Map.of("TOKEN", secret), List.of("sleep", seconds)).start();

    assertThat(SandboxFixture.there(seconds, 1)).isTrue();
    assertThat(SandboxFixture.processesWith(secret)).isZero();
  }

  @ParameterizedTest
  @EnumSource(Isolation.class)
  void startsInTheHomeDirectory(Isolation level) {
    Sandbox sandbox = fixture.start(level);

    assertThat(inner(sandbox, "touch here; [ $HOME/here -ef ./here ]").exit()).isZero();
    assertThat(outer(sandbox, "[ $HOME/here -ef ./here ]").exit()).isZero();
  }

  @ParameterizedTest
  @EnumSource(Isolation.class)
  void endsEverythingInsideOnClose(Isolation level) throws Exception {
    Sandbox sandbox = fixture.start(level);
    String seconds = SandboxFixture.uniqueSeconds();
    String script =
        "sleep S & setsid sleep S & (trap '' HUP TERM; sleep S) & (sleep S &) ; sleep S"
            .replace("S", seconds);
    Process process = sandbox.inner(Map.of(), List.of("/bin/sh", "-c", script)).start();
    assertThat(SandboxFixture.there("sleep\0" + seconds, 5)).isTrue();

    sandbox.close();

    assertThat(SandboxFixture.processesWith("sleep\0" + seconds)).isZero();
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(sandbox.ended()).isCompleted();
    assertThat(fixture.runs()).isEmptyDirectory();
    assertThatThrownBy(() -> sandbox.inner(Map.of(), List.of("true")))
        .isInstanceOf(CliException.class)
        .hasMessage("the sandbox has ended");
    sandbox.close();
  }

  @ParameterizedTest
  @EnumSource(Isolation.class)
  void killsAProcessWithAllThatComesFromIt(Isolation level) throws Exception {
    Sandbox sandbox = fixture.start(level);
    String seconds = SandboxFixture.uniqueSeconds();
    String other = SandboxFixture.uniqueSeconds();
    String script =
        "(sleep S &) ; setsid sleep S & (trap '' TERM; sleep S; :) & sleep S; :"
            .replace("S", seconds);
    Process bystander = sandbox.inner(Map.of(), List.of("sleep", other)).start();
    Process process = sandbox.inner(Map.of(), List.of("/bin/sh", "-c", script)).start();
    assertThat(SandboxFixture.there("sleep\0" + seconds, 4)).isTrue();

    sandbox.signal(process, "KILL");

    assertThat(SandboxFixture.gone("sleep\0" + seconds)).isTrue();
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(128 + 9);
    assertThat(bystander.isAlive()).isTrue();
    sandbox.signal(process, "KILL");
    sandbox.signal(bystander, "no signal");
    assertThat(bystander.isAlive()).isTrue();
  }

  /** Most of them are started after the first look, and their shell is gone at the second. */
  @ParameterizedTest
  @EnumSource(Isolation.class)
  void hangsUpWhatIsJustBeingStarted(Isolation level) throws Exception {
    Sandbox sandbox = fixture.start(level);
    String seconds = SandboxFixture.uniqueSeconds();
    String script =
        "i=0; while [ $i -lt 1000 ]; do i=$((i+1)); sleep S & done; wait".replace("S", seconds);
    Process process = sandbox.inner(Map.of(), List.of("/bin/sh", "-c", script)).start();
    assertThat(SandboxFixture.there("sleep\0" + seconds, 1)).isTrue();

    sandbox.hangUp(process, 5_000);

    assertThat(SandboxFixture.gone("sleep\0" + seconds)).isTrue();
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(128 + 1);
  }

  @ParameterizedTest
  @EnumSource(Isolation.class)
  void killsWhatDoesNotHangUp(Isolation level) throws Exception {
    Sandbox sandbox = fixture.start(level);
    String seconds = SandboxFixture.uniqueSeconds();
    String script = "trap '' HUP; sleep S; sleep S".replace("S", seconds);
    Process process = sandbox.inner(Map.of(), List.of("/bin/sh", "-c", script)).start();
    assertThat(SandboxFixture.there("sleep\0" + seconds, 1)).isTrue();

    sandbox.hangUp(process, 100);

    assertThat(SandboxFixture.gone("sleep\0" + seconds)).isTrue();
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(128 + 9);
  }

  /** A shell whose child were killed before itself would go on with the next command. */
  @ParameterizedTest
  @EnumSource(Isolation.class)
  void killsParentsBeforeTheirChildren(Isolation level) throws Exception {
    Sandbox sandbox = fixture.start(level);
    String seconds = SandboxFixture.uniqueSeconds();
    String step = "sh -c 'sleep S; echo unreached'; ".replace("S", seconds);
    List<String> argv = List.of("/bin/sh", "-c", step.repeat(20));
    for (int i = 0; i < 3; i++) {
      Process process = sandbox.inner(Map.of(), argv).start();
      assertThat(SandboxFixture.there("sleep\0" + seconds, 1)).isTrue();

      sandbox.signal(process, "KILL");

      assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
      assertThat(process.getInputStream()).isEmpty();
      assertThat(process.exitValue()).isEqualTo(128 + 9);
    }
  }

  @ParameterizedTest
  @EnumSource(Isolation.class)
  void letsAProcessHandleASignal(Isolation level) throws Exception {
    Sandbox sandbox = fixture.start(level);
    String seconds = SandboxFixture.uniqueSeconds();
    String script = "trap 'echo got it; exit 3' USR1; sleep " + seconds + "; echo unreached";
    Process process = sandbox.inner(Map.of(), List.of("/bin/sh", "-c", script)).start();
    assertThat(SandboxFixture.there("sleep\0" + seconds, 1)).isTrue();

    sandbox.signal(process, "USR1");

    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(3);
    assertThat(process.getInputStream()).hasContent("got it");
  }

  /** Nothing of it runs yet, so there is only the program on the way in. */
  @ParameterizedTest
  @EnumSource(Isolation.class)
  void killsAProcessThatHasJustBeenStarted(Isolation level) throws Exception {
    Sandbox sandbox = fixture.start(level);
    String seconds = SandboxFixture.uniqueSeconds();
    for (int i = 0; i < 3; i++) {
      Process process = sandbox.inner(Map.of(), List.of("sleep", seconds)).start();

      sandbox.signal(process, "KILL");

      assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
      assertThat(SandboxFixture.gone("sleep\0" + seconds)).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(Isolation.class)
  void tellsWhenItEndsByItself(Isolation level) throws Exception {
    String name = "held-" + UUID.randomUUID();
    Path workspace = fixture.workspaces().directory(name);
    SandboxSpec spec =
        new SandboxSpec(
            fixture.runs().resolve(name), Optional.of(workspace), Optional.empty(), name);
    Sandbox sandbox = SandboxFixture.at(level).start(spec);
    ProcessHandle holder =
        ProcessHandle.current()
            .children()
            .filter(child -> SandboxFixture.commandLine(child.pid()).contains(name))
            .findFirst()
            .orElseThrow();

    holder.destroyForcibly();
    sandbox.ended().get(10, TimeUnit.SECONDS);

    assertThat(fixture.runs()).isEmptyDirectory();
    assertThat(inner(fixture.start(level, name), "echo again").out()).isEqualTo("again\n");
  }
}
