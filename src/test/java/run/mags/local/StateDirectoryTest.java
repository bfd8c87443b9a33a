package run.mags.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.mags.error.CliException;
import run.mags.local.sandbox.IsolationChoice;

/** Whose a state directory is, and who may look into it. */
class StateDirectoryTest {
  @TempDir Path directory;

  @Test
  void itTellsHowFarItsHolderHasCome() throws IOException {
    long pid = ProcessHandle.current().pid();
    Path lock = directory.resolve("state").resolve(StateDirectory.LOCK);

    try (StateDirectory held = StateDirectory.take(directory.resolve("state"))) {
      assertThat(lock).hasContent(pid + " starting\n");
      held.tell(StateDirectory.Phase.STOPPING);
      assertThat(lock).hasContent(pid + " stopping\n");
      held.tell(StateDirectory.Phase.READY);
      assertThat(lock).hasContent(pid + " ready\n");
    }
  }

  @Test
  void aBackendOfALibraryKnowsItsVersion() {
    assertThat(LocalOptions.temporary().version()).matches("\\d+\\.\\d+.*");
  }

  @Test
  void oneThatCannotBeMadeIsRefusedInWords() {
    Path nowhere = Path.of("/proc/mags-state");

    assertThatThrownBy(() -> StateDirectory.take(nowhere))
        .hasMessage(
            "the state directory /proc/mags-state cannot be used: no such file or directory");
  }

  @Test
  void twoBackendsNeverShareOne() {
    LocalOptions options = options(directory.resolve("state"));
    try (LocalBackend first = LocalBackend.start(options)) {
      assertThatThrownBy(() -> LocalBackend.start(options))
          .isInstanceOfSatisfying(
              CliException.class,
              refused -> {
                assertThat(refused)
                    .hasMessageContaining(
                        "another local backend uses the state directory "
                            + directory.resolve("state")
                            + " (process "
                            + ProcessHandle.current().pid()
                            + ")");
                assertThat(refused.hint().orElseThrow()).contains("mags local stop");
              });
      assertThat(TestBackend.of(first).get("/mags-jobs").status()).isEqualTo(200);
    }
    LocalBackend.start(options).close();
  }

  @Test
  void manyBackendsRunSideBySide() {
    List<LocalBackend> backends = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      backends.add(LocalBackend.start(options(directory.resolve("state-" + i))));
    }

    assertThat(backends.stream().map(LocalBackend::url).distinct()).hasSize(10);
    for (LocalBackend backend : backends) {
      TestBackend client = TestBackend.of(backend);
      client.await(client.submit(TestBackend.job("true")), "completed");
      assertThat(client.get("/mags-jobs").json().get("total").asInt()).isEqualTo(1);
      backend.close();
    }
  }

  @Test
  void nothingInItIsOpenToOthers() throws IOException {
    Path state = directory.resolve("a").resolve("state");
    try (LocalBackend backend = LocalBackend.start(options(state))) {
      TestBackend client = TestBackend.of(backend);
      String id = client.submit(TestBackend.job("true").put("workspace_id", "w"));
      client.await(id, "completed");

      try (Stream<Path> files = Files.walk(state.getParent())) {
        assertThat(files.filter(file -> !file.startsWith(state.resolve("workspaces").resolve("w"))))
            .allSatisfy(
                file ->
                    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .endsWith("------"));
      }
    }
  }

  @Test
  void aDirectoryWithOtherThingsInItIsLeftAlone() throws IOException {
    Path home = Files.createDirectory(directory.resolve("home"));
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createFile(home.resolve("letter"));

    assertThatThrownBy(() -> LocalBackend.start(options(home)))
        .isInstanceOf(CliException.class)
        .hasMessageContaining("it has other files in it and is open to other users");
    assertThat(home.toFile().list()).containsExactly("letter");
  }

  @Test
  void anEmptyDirectoryIsClosedToOthers() throws IOException {
    Path state = Files.createDirectory(directory.resolve("state"));
    Files.setPosixFilePermissions(state, PosixFilePermissions.fromString("rwxrwxrwx"));

    LocalBackend.start(options(state)).close();

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state)))
        .isEqualTo("rwx------");
  }

  @Test
  void aFileInItsPlaceIsAClearError() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));

    assertThatThrownBy(() -> LocalBackend.start(options(file)))
        .isInstanceOf(CliException.class)
        .hasMessage("the state directory " + file + " cannot be used: it is not a directory");
  }

  @Test
  void anEphemeralOneIsGoneAtTheEnd() {
    LocalBackend backend =
        LocalBackend.start(LocalOptions.temporary().withIsolation(IsolationChoice.PLAIN));
    Path state = backend.self().state();
    TestBackend client = TestBackend.of(backend);
    client.submit(
        TestBackend.job("mkdir -p a/b; echo x > a/b/c; chmod 000 a/b a").put("workspace_id", "w"));
    String last = client.submit(TestBackend.job("sleep 600"));
    client.await(last, "running");
    assertThat(state).isDirectory();

    backend.close();

    assertThat(state).doesNotExist();
  }

  private static LocalOptions options(Path state) {
    return LocalOptions.in(state).withIsolation(IsolationChoice.PLAIN);
  }
}
