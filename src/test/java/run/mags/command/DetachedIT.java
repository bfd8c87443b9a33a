package run.mags.command;

import static org.assertj.core.api.Assertions.assertThat;
import static run.mags.testing.CliResultAssert.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import run.mags.api.model.Json;
import run.mags.local.LocalBackend;
import run.mags.local.LocalOptions;
import run.mags.ssh.SshTarget;
import run.mags.testing.CliResult;
import run.mags.testing.FakeApi;
import run.mags.testing.FakeTerminal;
import run.mags.testing.MagsCli;
import run.mags.testing.OpenSshServer;

/** What becomes of a detached command, and of those who wait, when a sandbox or connection ends. */
@Timeout(120)
class DetachedIT {
  private static final String ID = "11111111-2222-3333-4444-555555555555";

  @TempDir private Path directory;

  private MagsCli mags(LocalBackend backend) {
    return new MagsCli(directory)
        .env("MAGS_API_URL", backend.url().toString())
        .env("MAGS_API_TOKEN", backend.token());
  }

  private static String start(MagsCli mags, String command) {
    CliResult started = mags.run("exec", "-d", "dev", command);
    assertThat(started).exits(0).warnsNothing();
    return started.out().strip();
  }

  private static CliResult wait(MagsCli mags, String id) {
    return mags.run("wait", "dev", "--exec", id);
  }

  @Test
  void whoWaitsLearnsThatTheSandboxWasStopped() throws Exception {
    try (LocalBackend backend =
        LocalBackend.start(LocalOptions.in(directory.resolve("state")).leavingNothing())) {
      MagsCli mags = mags(backend);
      assertThat(mags.run("new", "dev")).exits(0);
      String id = start(mags, "echo begun; exec sleep 1000");
      CompletableFuture<CliResult> waiting = new CompletableFuture<>();
      Thread waiter = new Thread(() -> waiting.complete(wait(mags(backend), id)));
      waiter.start();
      assertThat(mags.run("wait", "dev", "--exec", id, "--timeout", "1s")).exits(124);

      assertThat(mags.run("stop", "--wait", "dev")).exits(0);

      assertThat(waiting.get())
          .exits(125)
          .warnsMatch("^error: dev is not running: its status is stopped$");
      assertThat(mags.run("new", "dev")).exits(0);
      assertThat(mags.run("logs", "dev", "--exec", id)).exits(0).prints("begun\n");
    }
  }

  @Test
  void aCommandThatSleepCutOffIsNoSuccess() throws Exception {
    try (LocalBackend backend =
        LocalBackend.start(
            LocalOptions.in(directory.resolve("state"))
                .leavingNothing()
                .withIdle(Duration.ofSeconds(1)))) {
      MagsCli mags = mags(backend);
      assertThat(mags.run("new", "dev")).exits(0);
      String ended = start(mags, "exit 6");
      String id = start(mags, "echo begun; exec sleep 1000");

      assertThat(mags.run("wait", "dev", "--for", "sleeping")).exits(0);

      // Asking wakes it.
      assertThat(wait(mags, ended)).exits(6);
      assertThat(wait(mags, id))
          .exits(125)
          .printsNothing()
          .warnsMatch("^error: the command " + id + " was cut off and left no exit status");
      assertThat(mags.run("logs", "-f", "dev", "--exec", id)).exits(1).prints("begun\n");
    }
  }

  @Test
  void aConnectionThatIsLostIsMadeAnew() throws Exception {
    try (OpenSshServer server = OpenSshServer.start(directory.resolve("server"));
        FakeApi api = new FakeApi()) {
      MagsCli mags = new MagsCli(directory).on(api);
      reach(api, server);
      String id = start(mags, "while ! [ -e go-on ]; do sleep 0.1; done; exit 5");
      CompletableFuture<CliResult> waiting = new CompletableFuture<>();
      Thread waiter = new Thread(() -> waiting.complete(wait(new MagsCli(directory).on(api), id)));
      waiter.start();
      while (server.sessions().isEmpty()) {
        Thread.onSpinWait();
      }
      assertThat(mags.run("wait", "dev", "--exec", id, "--timeout", "1s")).exits(124);

      server.sessions().forEach(ProcessHandle::destroyForcibly);
      assertThat(mags.run("exec", "dev", "> go-on")).exits(0);

      assertThat(waiting.get()).exits(5).warns("the connection was lost; connecting again\n");
    }
  }

  @Test
  void theCommandsOfASandboxAreListed() throws Exception {
    try (OpenSshServer server = OpenSshServer.start(directory.resolve("server"));
        FakeApi api = new FakeApi()) {
      MagsCli mags = new MagsCli(directory).on(api);
      reach(api, server);
      assertThat(mags.run("list", "--exec", "dev")).exits(0).printsNothing().warns("no commands\n");
      String ended = start(mags, "exit 3");
      assertThat(wait(mags, ended)).exits(3);
      String running = start(mags, "exec sleep 1000");

      assertThat(mags.run("list", "--exec", "dev").out())
          .matches(
              "(?s)ID +STATUS +EXIT +STARTED +COMPLETED\n.*"
                  + ended
                  + "  exited   3     \\S+Z  \\S+Z\n.*")
          .containsPattern(running + "  running  -     \\S+Z  -\n");
      assertThat(mags.run("list", "--json", "--exec", "dev").out())
          .startsWith("[{")
          .contains("{\"exec_id\":\"" + ended + "\",\"status\":\"exited\",\"exit_code\":3,\"start")
          .contains("{\"exec_id\":\"" + running + "\",\"status\":\"running\",\"started_at\"");
      assertThat(mags.run("stop", "dev", "--exec", running)).exits(0);
    }
  }

  @Test
  void whoFollowsLosesNothingWithTheConnection() throws Exception {
    try (OpenSshServer server = OpenSshServer.start(directory.resolve("server"));
        FakeApi api = new FakeApi()) {
      MagsCli mags = new MagsCli(directory).on(api);
      reach(api, server);
      String id =
          start(
              mags,
              "echo 1; echo e1 >&2; for i in 2 3 4; do"
                  + " while ! [ -e go-on-$i ]; do sleep 0.05; done; echo $i; echo e$i >&2;"
                  + " done; exit 5");
      FakeTerminal all = new FakeTerminal("");
      CompletableFuture<CliResult> following = new CompletableFuture<>();
      Thread follower =
          new Thread(
              () ->
                  following.complete(
                      new MagsCli(directory)
                          .on(api)
                          .terminal(all)
                          .run("logs", "-f", "dev", "--exec", id)));
      follower.start();
      for (int i = 1; i < 4; i++) {
        all.awaitErr("e" + i + "\n");
        while (!all.result(0).out().endsWith(i + "\n")) {
          Thread.onSpinWait();
        }
        server.sessions().forEach(ProcessHandle::destroyForcibly);
        assertThat(mags.run("exec", "dev", "> go-on-" + (i + 1))).exits(0);
      }

      assertThat(following.get())
          .exits(0)
          .prints("1\n2\n3\n4\n")
          .warnsMatch("^e1$")
          .warnsMatch("^the connection was lost; connecting again$");
      assertThat(following.get().err().lines().filter(line -> line.startsWith("e")))
          .containsExactly("e1", "e2", "e3", "e4");
      assertThat(mags.run("logs", "-f", "dev", "--exec", id, "--tail", "1", "--source", "stdout"))
          .exits(0)
          .prints("4\n")
          .warnsNothing();
    }
  }

  /** The job and the way to it; later calls remember the way. */
  private static void reach(FakeApi api, OpenSshServer server) {
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
}
