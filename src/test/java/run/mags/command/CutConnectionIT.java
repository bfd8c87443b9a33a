package run.mags.command;

import static org.assertj.core.api.Assertions.assertThat;
import static run.mags.testing.CliResultAssert.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import run.mags.api.model.Json;
import run.mags.ssh.SshTarget;
import run.mags.testing.CliResult;
import run.mags.testing.FakeApi;
import run.mags.testing.FakeSignals;
import run.mags.testing.FakeTerminal;
import run.mags.testing.MagsCli;
import run.mags.testing.OpenSshServer;

/**
 * Ending commands where the other side says nothing any more, as behind a network that was cut: its
 * processes are stopped here. The limits are twice what is promised, for busy machines.
 */
@Timeout(120)
class CutConnectionIT {
  private static final String ID = "11111111-2222-3333-4444-555555555555";
  private static final Duration BOUND = Duration.ofSeconds(20);

  @TempDir private Path home;
  private final FakeSignals signals = new FakeSignals();
  private final FakeTerminal terminal = new FakeTerminal("");
  private OpenSshServer server;
  private FakeApi api;

  @BeforeEach
  void start() throws Exception {
    server = OpenSshServer.start(home.resolve("server"));
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
  }

  @AfterEach
  void close() {
    server.sessions().forEach(ProcessHandle::destroyForcibly);
    server.close();
    api.close();
  }

  private CompletableFuture<CliResult> running(String... args) {
    MagsCli mags = new MagsCli(home).on(api).signals(signals).terminal(terminal);
    return inBackground(() -> mags.run(args));
  }

  private static <T> CompletableFuture<T> inBackground(Supplier<T> work) {
    CompletableFuture<T> done = new CompletableFuture<>();
    Thread thread = new Thread(() -> done.complete(work.get()));
    thread.setDaemon(true);
    thread.start();
    return done;
  }

  private void cut() throws Exception {
    for (ProcessHandle session : server.sessions()) {
      new ProcessBuilder("kill", "-STOP", Long.toString(session.pid())).start().waitFor();
    }
  }

  @ParameterizedTest
  @CsvSource({"INT, 130, Ctrl-C again", "TERM, 143, a second signal"})
  void aSignalEndsUsAndSaysWhatMayBeLeft(String signal, int exitCode, String again)
      throws Exception {
    CompletableFuture<CliResult> mags = running("exec", "dev", "echo on >&2; exec sleep 60");
    terminal.awaitErr("on\n");
    cut();
    long begun = System.nanoTime();

    signals.send(signal);

    assertThat(mags.get())
        .exits(exitCode)
        .printsNothing()
        .warnsMatch("^ending the command; " + again + " leaves at once$")
        .warnsMatch(
            "^warning: no answer from the SSH server at \\S+ for 5 s;"
                + " the command may still be running$");
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(BOUND);
  }

  @Test
  void aTimeoutEndsUsAndClaimsNothing() throws Exception {
    CompletableFuture<CliResult> mags =
        running("exec", "--timeout", "3s", "dev", "echo on >&2; exec sleep 60");
    terminal.awaitErr("on\n");
    cut();
    long begun = System.nanoTime();

    assertThat(mags.get())
        .exits(124)
        .warnsMatch("^the time is up; ending the command$")
        .warnsMatch(
            "^error: the command did not end within 3 s, and the sandbox has not answered for 5 s$")
        .warnsMatch(
            "^hint: whether the command has ended is not known;"
                + " it may still be running in the sandbox$");
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(BOUND);
  }

  @Test
  void whoWaitsForADetachedCommandIsToldThatNothingIsKnown() throws Exception {
    MagsCli mags = new MagsCli(home).on(api);
    String id = mags.run("exec", "-d", "dev", "sleep 60").out().strip();
    while (!server.sessions().isEmpty()) {
      Thread.onSpinWait();
    }
    CompletableFuture<CliResult> waiting =
        inBackground(() -> mags.run("wait", "dev", "--exec", id, "--timeout", "4s"));
    while (server.sessions().isEmpty()) {
      Thread.onSpinWait();
    }
    long begun = System.nanoTime();
    cut();

    assertThat(waiting.get())
        .exits(124)
        .warnsMatch(
            "^error: waited 4s for the command "
                + id
                + "; no answer in that time, whether it still runs is not known \\(")
        .warnsMatch("^hint: ask again: mags wait dev --exec " + id + "$");
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(BOUND);
  }

  @Test
  void aCommandThatHasEndedIsSeenHoweverShortTheTime() throws Exception {
    MagsCli mags = new MagsCli(home).on(api);
    String id = mags.run("exec", "-d", "dev", "exit 3").out().strip();
    assertThat(mags.run("wait", "dev", "--exec", id)).exits(3);

    assertThat(mags.run("wait", "dev", "--exec", id, "--timeout", "1ms")).exits(3).warnsNothing();
  }

  /** Shells have what they leave in the background ignore INT. */
  @Test
  void whatIgnoresIntIsAskedToEndByTermOnceTheCommandHasEnded() throws Exception {
    Path asked = home.resolve("asked");
    CompletableFuture<CliResult> mags =
        running(
            "exec",
            "dev",
            "sh -c 'trap \"echo yes >"
                + asked
                + "; exit\" TERM; echo on >&2; exec 2>/dev/null; while :; do sleep 0.1; done' & sleep 60");
    terminal.awaitErr("on\n");

    signals.send("INT");

    assertThat(mags.get()).exits(130).warns("on\n");
    assertThat(Files.readString(asked)).isEqualTo("yes\n");
  }
}
