package run.mags.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static run.mags.local.TestBackend.job;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;
import run.mags.local.sandbox.IsolationChoice;

/** A backend in the background: found, started once, stopped, killed. */
class LocalDaemonIT {
  @TempDir Path directory;

  @AfterEach
  void stop() throws IOException {
    LocalDaemon.stop(state());
    OwnerOnly.removeTree(state());
  }

  private Path state() {
    return directory.resolve("state");
  }

  private DaemonLaunch plain() {
    return BackendProcess.launch(state(), "--isolation", "plain");
  }

  @Test
  void itIsStartedOnceAndFoundAgainAndStopped() {
    assertThat(LocalDaemon.find(state())).isEmpty();

    RunningBackend started = LocalDaemon.ensureRunning(plain());

    assertThat(started.pid()).isNotEqualTo(ProcessHandle.current().pid());
    assertThat(started.version()).isEqualTo(BackendProcess.VERSION);
    assertThat(started.isolation()).isEqualTo("plain");
    assertThat(started.warning()).contains("nothing is kept apart");
    assertThat(started.toString()).doesNotContain(started.token());
    assertThat(LocalDaemon.find(state())).contains(started);
    assertThat(LocalDaemon.look(state())).contains(started);
    assertThat(LocalDaemon.ensureRunning(plain())).isEqualTo(started);
    assertThat(client(started).get("/mags-jobs").status()).isEqualTo(200);

    assertThat(LocalDaemon.stop(state())).contains(started);
    assertThat(ProcessHandle.of(started.pid()).filter(ProcessHandle::isAlive)).isEmpty();
    assertThat(LocalDaemon.find(state())).isEmpty();
    assertThat(LocalDaemon.stop(state())).isEmpty();
  }

  @Test
  void twentyWhoAskAtOnceGetTheSameOne() {
    ExecutorService clients = Executors.newFixedThreadPool(20);
    List<CompletableFuture<RunningBackend>> asked = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      asked.add(CompletableFuture.supplyAsync(() -> LocalDaemon.ensureRunning(plain()), clients));
    }

    List<RunningBackend> got = asked.stream().map(CompletableFuture::join).distinct().toList();
    clients.shutdown();

    assertThat(got).hasSize(1);
    assertThat(backendsOn(state())).hasSize(1);
  }

  /** On a busy machine a start takes longer than one that is ready may take to tell of itself. */
  @Test
  void oneThatIsStillStartingIsWaitedFor() throws IOException {
    List<String> notes = new ArrayList<>();
    Process starting = slow();

    try {
      TestBackend.until("lock", this::isStarting);
      assertThat(LocalDaemon.look(state())).isEmpty();
      Optional<RunningBackend> found = LocalDaemon.find(state(), notes::add);

      assertThat(found.map(RunningBackend::pid)).contains(starting.pid());
      assertThat(notes)
          .containsExactly(
              "the local backend (process "
                  + starting.pid()
                  + ") is still starting: waiting for it");
    } finally {
      LocalDaemon.stop(state());
    }
  }

  private boolean isStarting() {
    try {
      return Files.readString(state().resolve(StateDirectory.LOCK)).endsWith(" starting\n");
    } catch (IOException notYet) {
      return false;
    }
  }

  private Process slow() throws IOException {
    List<String> command =
        new ArrayList<>(DaemonLaunch.likeThisJvm(BackendProcess.class.getName()));
    command.addAll(List.of("--state", state().toString(), "plain", "--slow"));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  @Test
  void oneThatTellsItsStartByAnotherClockIsKnownByItsAnswer() throws IOException {
    RunningBackend started = LocalDaemon.ensureRunning(plain());
    Path other = Files.createDirectory(directory.resolve("other"));
    String told = Files.readString(state().resolve("server.json"));
    Files.writeString(
        other.resolve("server.json"),
        told.replace(
            "\"process_start\":" + started.processStart(), "\"process_start\":1700000000000"));

    assertThat(LocalDaemon.find(other).map(RunningBackend::pid)).contains(started.pid());
  }

  @Test
  void itIsFoundAgainWhenItsFileIsLostOrBroken() throws IOException {
    RunningBackend started = LocalDaemon.ensureRunning(plain());
    Path told = state().resolve("server.json");

    Files.delete(told);
    assertThat(LocalDaemon.ensureRunning(plain())).isEqualTo(started);
    Files.writeString(told, "{\"url\":");
    assertThat(LocalDaemon.stop(state())).contains(started);

    assertThat(ProcessHandle.of(started.pid()).filter(ProcessHandle::isAlive)).isEmpty();
  }

  @Test
  void whoHoldsTheDirectoryIsNamedWhenItDoesNotAnswer() throws Exception {
    RunningBackend started = LocalDaemon.ensureRunning(plain());
    signal("STOP", started);
    Files.delete(state().resolve("server.json"));

    try {
      assertThatThrownBy(() -> LocalDaemon.stop(state()))
          .isInstanceOf(CliException.class)
          .hasMessageStartingWith("process " + started.pid() + " holds the state directory");
    } finally {
      signal("CONT", started);
    }
  }

  private static void signal(String name, RunningBackend to) throws Exception {
    new ProcessBuilder("kill", "-s", name, Long.toString(to.pid())).start().waitFor();
  }

  @Test
  void itsFilesAreTheOwnersAlone() throws IOException {
    LocalDaemon.ensureRunning(plain());

    for (String name : List.of("server.json", "backend.log", "start.lock", "mags-local.lock")) {
      assertThat(
              PosixFilePermissions.toString(Files.getPosixFilePermissions(state().resolve(name))))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void theTokenIsInNoProcessList() {
    RunningBackend started = LocalDaemon.ensureRunning(plain());

    assertThat(ProcessHandle.allProcesses().map(process -> process.info().commandLine().orElse("")))
        .noneMatch(line -> line.contains(started.token()));
  }

  @Test
  void oneOfAnotherVersionIsNotUsed() {
    LocalDaemon.ensureRunning(plain());
    DaemonLaunch newer = new DaemonLaunch(List.of("false"), state(), "10.0.0", List.of());

    assertThatThrownBy(() -> LocalDaemon.ensureRunning(newer))
        .isInstanceOfSatisfying(
            CliException.class,
            refused -> assertThat(refused.hint().orElseThrow()).contains("mags local stop"))
        .hasMessage("a local backend of mags 9.9.9 is running, but this is mags 10.0.0");
  }

  @Test
  void oneThatDiesAtItsStartIsReportedWithItsLastWords() {
    assertThatThrownBy(() -> LocalDaemon.ensureRunning(BackendProcess.launch(state(), "--fail")))
        .isInstanceOfSatisfying(
            CliException.class,
            failure -> {
              assertThat(failure.kind()).isEqualTo(ErrorKind.LOCAL_BACKEND);
              assertThat(failure).hasMessage("it fails on purpose");
            });
    assertThat(LocalDaemon.ensureRunning(plain()).isolation()).isEqualTo("plain");
  }

  @Test
  void aStateDirectoryThatCannotBeMadeIsAClearError() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));

    assertThatThrownBy(() -> LocalDaemon.ensureRunning(BackendProcess.launch(file.resolve("x"))))
        .isInstanceOf(CliException.class)
        .hasMessageStartingWith("the state directory " + file.resolve("x") + " cannot be used: ");
  }

  @Test
  void anEmbeddedOneIsFoundAndStoppedTheSameWay() throws InterruptedException {
    LocalBackend backend =
        LocalBackend.start(
            LocalOptions.in(state())
                .withIsolation(IsolationChoice.PLAIN)
                .withVersion(BackendProcess.VERSION));

    assertThat(LocalDaemon.ensureRunning(plain())).isEqualTo(backend.self());
    assertThat(LocalDaemon.stop(state())).contains(backend.self());

    backend.awaitClosed();
    LocalBackend.start(LocalOptions.in(state()).withIsolation(IsolationChoice.PLAIN)).close();
  }

  /** While it dies its process is still there, and so is what it told about itself. */
  @Test
  void aKilledBackendIsReplacedAtOnce() {
    DaemonLaunch launch = BackendProcess.launch(state());
    RunningBackend backend = LocalDaemon.ensureRunning(launch);
    for (int round = 0; round < 3; round++) {
      ProcessHandle.of(backend.pid()).orElseThrow().destroyForcibly();
      RunningBackend next = LocalDaemon.ensureRunning(launch);

      assertThat(next.token()).isNotEqualTo(backend.token());
      assertThat(LocalDaemon.find(state())).contains(next);
      backend = next;
    }
  }

  @Test
  void whatIsKilledLeavesNothingAndTheNextCarriesOn() throws Exception {
    DaemonLaunch launch = BackendProcess.launch(state());
    RunningBackend first = LocalDaemon.ensureRunning(launch);
    TestBackend client = client(first);
    String kept =
        client.submit(
            job("echo kept > file; exec sleep 98765")
                .put("persistent", true)
                .put("workspace_id", "w"));
    String once = client.submit(job("echo begun; exec sleep 98764"));
    TestBackend.until("output", () -> client.log(once, "stdout").size() == 1);
    client.await(kept, "running");
    TestBackend.until("scripts", () -> sleepers().size() >= 2);

    ProcessHandle.of(first.pid()).orElseThrow().destroyForcibly();
    TestBackend.until("processes to end", () -> sleepers().isEmpty());

    assertThat(mountsBelow(state())).isEmpty();
    assertThat(LocalDaemon.find(state())).isEmpty();
    RunningBackend second = LocalDaemon.ensureRunning(launch);
    TestBackend after = client(second);
    assertThat(second.pid()).isNotEqualTo(first.pid());
    assertThat(after.status(kept).get("status").asText()).isEqualTo("sleeping");
    JsonNode lost = after.status(once);
    assertThat(lost.get("status").asText()).isEqualTo("error");
    assertThat(after.log(once, null)).containsExactly("begun", "the backend stopped");
    after.post("/mags-jobs/" + kept + "/stop", null);
    String reader = after.submit(job("cat file").put("workspace_id", "w"));
    after.await(reader, "completed");
    assertThat(after.log(reader, "stdout")).containsExactly("kept");
    assertThat(state().resolve("run")).isEmptyDirectory();
  }

  @Test
  void anAnswerFromSomebodyElseIsNotTakenForTheBackend() throws Exception {
    RunningBackend killed = LocalDaemon.ensureRunning(plain());
    ProcessHandle process = ProcessHandle.of(killed.pid()).orElseThrow();
    process.destroyForcibly();
    TestBackend.until("end", () -> !process.isAlive());
    try (LocalBackend other =
        LocalBackend.start(
            LocalOptions.in(directory.resolve("other"))
                .withIsolation(IsolationChoice.PLAIN)
                .withPort(killed.url().getPort()))) {

      assertThat(LocalDaemon.find(state())).isEmpty();
      assertThat(other.url()).isEqualTo(killed.url());
    }
  }

  private static TestBackend client(RunningBackend backend) {
    return new TestBackend(backend.url(), backend.token());
  }

  private static List<String> sleepers() {
    return commandLines().filter(line -> line.endsWith("98765") || line.endsWith("98764")).toList();
  }

  private static List<String> backendsOn(Path state) {
    return commandLines()
        .filter(line -> line.contains(BackendProcess.class.getName()))
        .filter(line -> line.contains(state.toString()))
        .toList();
  }

  private static Stream<String> commandLines() {
    return ProcessHandle.allProcesses()
        .map(process -> process.info().commandLine())
        .flatMap(Optional::stream);
  }

  private static List<String> mountsBelow(Path state) throws IOException {
    Path mounts = Path.of("/proc/self/mounts");
    return Files.exists(mounts)
        ? Files.readAllLines(mounts).stream()
            .filter(line -> line.contains(state.toString()))
            .toList()
        : List.of();
  }
}
