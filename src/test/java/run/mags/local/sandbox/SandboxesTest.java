package run.mags.local.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;

class SandboxesTest {
  @TempDir Path directory;

  @Test
  void takesTheStrongestLevelWithoutAWarning() {
    Isolation level = SandboxFixture.at(Isolation.OVERLAY).isolation();

    Sandboxes sandboxes = Sandboxes.open(SandboxFixture.state(), IsolationChoice.AUTO);

    assertThat(sandboxes.isolation()).isEqualTo(level);
    assertThat(sandboxes.warning()).isEmpty();
  }

  @Test
  void warnsOfPlainProcessesThatWereAskedFor() {
    Sandboxes sandboxes = Sandboxes.open(directory, IsolationChoice.PLAIN);

    assertThat(sandboxes.isolation()).isEqualTo(Isolation.PLAIN);
    assertThat(sandboxes.warning())
        .contains(
            "sandboxes are plain processes of this machine, nothing is kept apart"
                + " (this was chosen with --isolation plain)");
  }

  @Test
  void warnsOfPlainProcessesWithReasonAndCure() {
    Sandboxes sandboxes =
        Sandboxes.open(directory, IsolationChoice.AUTO, Tools.in(directory.toString()));

    assertThat(sandboxes.isolation()).isEqualTo(Isolation.PLAIN);
    assertThat(sandboxes.warning().orElseThrow())
        .contains("programs: not found: ")
        .contains("install the package util-linux");
  }

  @ParameterizedTest
  @EnumSource(
      value = IsolationChoice.class,
      names = {"NS", "FLAT"})
  void neverFallsBackFromWhatWasAskedFor(IsolationChoice choice) {
    assertThatThrownBy(() -> Sandboxes.open(directory, choice, Tools.in(directory.toString())))
        .isInstanceOfSatisfying(
            CliException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(ErrorKind.LOCAL_BACKEND);
              assertThat(e.hint().orElseThrow()).contains("util-linux");
            })
        .hasMessageStartingWith("sandboxes cannot be kept apart on this machine: programs: not");
  }

  @Test
  void keepsItsStateFromOthers() throws Exception {
    Path state = directory.resolve("a/state");

    Sandboxes.open(state, IsolationChoice.PLAIN);

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state)))
        .isEqualTo("rwx------");
  }

  @Test
  void saysThatTheStateDirectoryCannotBeUsed() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "");

    assertThatThrownBy(() -> Sandboxes.open(file.resolve("state"), IsolationChoice.AUTO))
        .isInstanceOfSatisfying(
            CliException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.FILE));
  }

  @Test
  void touchesNoDirectoryThatIsNotASandboxs() throws Exception {
    Path foreign = Files.createDirectories(directory.resolve("mine"));
    Files.writeString(foreign.resolve("precious"), "x");
    SandboxSpec spec = new SandboxSpec(foreign, Optional.empty(), Optional.empty(), "x");
    Sandboxes sandboxes = Sandboxes.open(directory.resolve("state"), IsolationChoice.PLAIN);

    assertThatThrownBy(() -> sandboxes.start(spec))
        .isInstanceOf(CliException.class)
        .hasMessageContaining("not a sandbox's");
    assertThatThrownBy(() -> Sandboxes.discard(foreign)).isInstanceOf(CliException.class);
    assertThat(foreign.resolve("precious")).exists();
  }

  @ParameterizedTest
  @EnumSource(Isolation.class)
  void startsAgainWhereACrashLeftADirectory(Isolation level) throws Exception {
    Path left = directory.resolve("run");
    Files.createDirectories(left.resolve("upper/x"));
    Files.createFile(left.resolve("sandbox"));
    Files.createSymbolicLink(left.resolve("0"), directory);
    SandboxSpec spec = new SandboxSpec(left, Optional.empty(), Optional.empty(), "x");

    try (Sandbox sandbox = SandboxFixture.at(level).start(spec)) {
      assertThat(SandboxFixture.inner(sandbox, "echo fine; ls ~").out()).isEqualTo("fine\n");
    }
    Files.createDirectories(left);
    Files.createFile(left.resolve("sandbox"));
    Sandboxes.discard(left);
    Sandboxes.discard(left);
    assertThat(left).doesNotExist();
  }

  /** The host image is made anew when the host's packages change. */
  @Test
  void opensAWorkspaceOverAnotherImage() {
    Sandboxes here = SandboxFixture.at(Isolation.OVERLAY);
    Path workspace = WorkspaceTrees.in(directory.resolve("workspaces")).directory("w");
    SandboxSpec spec =
        new SandboxSpec(directory.resolve("run"), Optional.of(workspace), Optional.empty(), "x");
    try (Sandbox sandbox = here.start(spec)) {
      SandboxFixture.inner(sandbox, "echo 1 > kept; rm /etc/profile; echo x >> /etc/passwd");
    }
    Path other = directory.resolve("state");

    try (Sandbox sandbox = Sandboxes.open(other, IsolationChoice.NS).start(spec)) {
      assertThat(
              SandboxFixture.inner(sandbox, "cat kept; tail -1 /etc/passwd; ls /etc/profile").out())
          .isEqualTo("1\nx\n");
      assertThat(SandboxFixture.inner(sandbox, "echo 2 > /etc/kept").exit()).isZero();
    }
    Sandboxes.erase(other);
  }

  /** Several in one process are the rule in tests and in the backend. */
  @Test
  void startsManyAtOnce() throws Exception {
    Sandboxes sandboxes = SandboxFixture.at(Isolation.OVERLAY);
    List<String> names = List.of("a", "b", "c", "d");
    List<Thread> threads = new ArrayList<>();
    Map<String, String> seen = new ConcurrentHashMap<>();
    for (String name : names) {
      Thread thread =
          new Thread(
              () -> {
                SandboxSpec spec =
                    new SandboxSpec(
                        directory.resolve(name), Optional.empty(), Optional.empty(), name);
                try (Sandbox sandbox = sandboxes.start(spec)) {
                  seen.put(name, SandboxFixture.inner(sandbox, "uname -n").out());
                }
              });
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      thread.join(30_000);
    }

    assertThat(seen).isEqualTo(Map.of("a", "a\n", "b", "b\n", "c", "c\n", "d", "d\n"));
  }

  @ParameterizedTest
  @CsvSource({
    "plain, plain",
    "my app/1, my-app-1",
    "-x.-, x",
    "日本, mags",
    "'', mags",
  })
  void makesHostNames(String text, String expected) {
    assertThat(Sandboxes.hostname(text)).isEqualTo(expected);
    assertThat(Sandboxes.hostname("x".repeat(100))).hasSize(63);
  }
}
