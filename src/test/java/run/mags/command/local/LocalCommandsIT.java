package run.mags.command.local;

import static org.assertj.core.api.Assertions.assertThat;
import static run.mags.testing.CliResultAssert.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import run.mags.api.model.Json;
import run.mags.testing.CliResult;
import run.mags.testing.FakeTerminal;
import run.mags.testing.MagsCli;

/** {@code mags local …} with backends in processes of their own. */
class LocalCommandsIT {
  @TempDir Path home;
  private MagsCli mags;
  private Path state;

  @BeforeEach
  void start() {
    state = home.resolve("state");
    mags = new MagsCli(home).env("MAGS_LOCAL_STATE", state.toString());
  }

  @AfterEach
  void stop() {
    // Also takes away links that JUnit would warn about.
    assertThat(mags.run("local", "reset", "--yes")).exits(0);
  }

  private void startPlain() {
    assertThat(mags.run("local", "start", "--isolation", "plain")).exits(0);
  }

  private static JsonNode json(CliResult result) throws IOException {
    return Json.read(result.out());
  }

  @Test
  void startStatusAndStopTellOneStory() throws IOException {
    assertThat(mags.run("local", "status"))
        .exits(1)
        .prints("not running\nstate:     " + state + "\n")
        .warnsNothing();

    CliResult started = mags.run("local", "start", "--isolation", "plain", "--json");
    assertThat(started).exits(0).warnsMatch("^\\{\"warning\":\"sandboxes are plain processes");
    JsonNode backend = json(started);
    assertThat(backend.get("running").asBoolean()).isTrue();
    assertThat(backend.get("isolation").asText()).isEqualTo("plain");
    assertThat(backend.get("state").asText()).isEqualTo(state.toString());
    assertThat(backend.get("url").asText()).matches("http://127\\.0\\.0\\.1:\\d+");
    assertThat(ProcessHandle.of(backend.get("pid").asLong())).isPresent();
    assertThat(started.out()).doesNotContain("token");

    assertThat(json(mags.run("local", "status", "--json"))).isEqualTo(backend);
    assertThat(json(mags.run("local", "start", "--json"))).isEqualTo(backend);

    assertThat(mags.run("local", "stop")).exits(0).prints("stopped\n");
    assertThat(mags.run("local", "stop")).exits(0).prints("not running\n");
    assertThat(json(mags.run("local", "status", "--json")).get("running").asBoolean()).isFalse();
  }

  @Test
  void aRunningOneThatIsNotAsAskedIsAConflict() {
    startPlain();

    assertThat(mags.run("local", "start", "--isolation", "ns"))
        .exits(1)
        .printsNothing()
        .warnsMatch("error: a local backend runs already, on port \\d+ with isolation plain")
        .warnsMatch("hint: stop it first: mags local stop");
  }

  @Test
  void aTakenPortIsNamed() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());

      assertThat(mags.run("local", "start", "--port", port))
          .exits(1)
          .printsNothing()
          .warnsMatch("port " + port + " cannot be used");
    }
  }

  @Test
  void aStateDirectoryThatCannotBeMadeIsNamed() throws IOException {
    Path file = Files.createFile(home.resolve("file"));

    assertThat(mags.run("local", "start", "--state", file + "/x"))
        .exits(1)
        .printsNothing()
        .warnsMatch("error: the state directory " + file + "/x cannot be used: ");
  }

  @Test
  void jobsRunThroughTheGlobalOptionAndOutliveAStop() throws IOException {
    startPlain();

    assertThat(mags.run("--local", "-q", "run", "echo out; echo err >&2; printf half; exit 3"))
        .exits(3)
        .prints("out\nhalf")
        .warns("err\n");
    assertThat(mags.run("--local", "-q", "new", "dev")).exits(0);
    assertThat(mags.run("local", "stop")).exits(0);
    startPlain();
    JsonNode jobs = json(mags.run("--local", "-q", "list", "--json"));
    assertThat(jobs.findValuesAsText("status")).containsExactly("sleeping", "completed");
    CliResult exec = mags.run("--local", "-q", "exec", "dev", "echo awake; exit 4");
    assertThat(exec).exits(4).prints("awake\n").warnsNothing();
  }

  @Test
  void envLeadsAnyClientToTheBackend() throws IOException {
    startPlain();

    CliResult text = mags.run("local", "env", "--quiet");
    JsonNode variables = json(mags.run("local", "env", "--json"));

    assertThat(text)
        .exits(0)
        .prints(
            "export MAGS_API_URL="
                + variables.get("MAGS_API_URL").asText()
                + "\nexport MAGS_API_TOKEN="
                + variables.get("MAGS_API_TOKEN").asText()
                + "\n");
    mags.env("MAGS_API_URL", variables.get("MAGS_API_URL").asText())
        .env("MAGS_API_TOKEN", variables.get("MAGS_API_TOKEN").asText());
    assertThat(mags.run("run", "echo direct")).exits(0).prints("direct\n");
  }

  @Test
  void aSignalEndsTheBackendInOrder() throws Exception {
    CliResult started = mags.run("local", "start", "--isolation", "plain", "--json");
    ProcessHandle process = ProcessHandle.of(json(started).get("pid").asLong()).orElseThrow();
    assertThat(mags.run("--local", "-q", "new", "dev")).exits(0);

    process.destroy();
    process.onExit().get(30, java.util.concurrent.TimeUnit.SECONDS);

    assertThat(state.resolve("server.json")).doesNotExist();
    startPlain();
    assertThat(json(mags.run("--local", "-q", "list", "--json")).findValuesAsText("status"))
        .containsExactly("sleeping");
  }

  @Test
  void runGivesACommandABackendOfItsOwnAndLeavesNothing() throws IOException {
    Path seen = home.resolve("seen");
    String script =
        "echo $MAGS_API_URL ${MAGS_LOCAL-none}; test -n \"$MAGS_API_TOKEN\"; exec >&-; exit 5";

    CliResult result =
        mags.env("MAGS_LOCAL", "1")
            .run(
                "local",
                "run",
                "--isolation",
                "plain",
                "--",
                "sh",
                "-c",
                "{ " + script + "; } >" + seen);

    assertThat(result).exits(5).printsNothing();
    assertThat(Files.readString(seen)).matches("http://127\\.0\\.0\\.1:\\d+ none\n");
    assertThat(state).doesNotExist();
  }

  @Test
  void aCommandThatIsNotThereIsNotTheCommandsOwnStatus() {
    assertThat(mags.run("local", "run", "--isolation", "plain", "no-such-program"))
        .exits(125)
        .printsNothing()
        .warnsMatch("error: cannot run no-such-program: No such file or directory");
  }

  @Test
  void doctorSaysWhatWorks() throws IOException {
    CliResult text = mags.run("local", "doctor");
    JsonNode report = json(mags.run("local", "doctor", "--json"));

    assertThat(report.get("isolation").asText()).isIn("ns", "flat", "plain");
    assertThat(report.get("findings")).isNotEmpty();
    assertThat(text.out()).contains("isolation: " + report.get("isolation").asText() + "\n");
    assertThat(text.out()).contains("programs: ");
    assertThat(state).doesNotExist();
    assertThat(text.exitCode()).isEqualTo(report.get("isolation").asText().equals("plain") ? 1 : 0);
  }

  @Test
  void resetRemovesEverythingOnceAnswered() {
    startPlain();

    assertThat(mags.run("local", "reset"))
        .exits(2)
        .warnsMatch("hint: to do it without a question: mags local reset --yes");
    FakeTerminal no = new FakeTerminal("").interactive("n");
    assertThat(mags.terminal(no).run("local", "reset")).exits(1).warnsMatch("nothing was removed");
    assertThat(no.prompts())
        .containsExactly("Remove all jobs and workspaces in " + state + "? [y/N] ");
    assertThat(state).exists();

    assertThat(mags.terminal(new FakeTerminal("").interactive("y")).run("local", "reset"))
        .exits(0)
        .prints("removed " + state + "\n");
    assertThat(state).doesNotExist();
    assertThat(mags.run("local", "status")).exits(1);
  }

  @Test
  void resetLeavesADirectoryAloneThatIsNotABackends() throws IOException {
    Path other = Files.createDirectory(home.resolve("other"));

    assertThat(mags.run("local", "reset", "--yes", "--state", other.toString()))
        .exits(1)
        .warnsMatch("is not removed: no local backend has ever used it");
    assertThat(other).exists();
  }

  @Test
  void anEphemeralStateIsNeverADirectoryInUse() throws IOException {
    Path used = Files.createDirectory(home.resolve("used"));
    Files.createFile(used.resolve("letter"));

    assertThat(mags.run("local", "start", "--ephemeral", "--state", used.toString()))
        .exits(1)
        .warnsMatch("is not empty, and --ephemeral would remove what is in it");
    assertThat(used.resolve("letter")).exists();
  }

  @Test
  void anEphemeralBackendIsGoneWithAllItKept() throws IOException {
    Path own = home.resolve("own");

    assertThat(
            mags.run(
                "local", "start", "--ephemeral", "--isolation", "plain", "--state", own.toString()))
        .exits(0);
    assertThat(own).isDirectory();
    assertThat(mags.run("local", "stop", "--state", own.toString())).exits(0);

    assertThat(own).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--port 0", "--port x", "--isolation vm", "--nope"})
  void wrongUsageIsRefusedBeforeAnythingIsStarted(String options) {
    String[] words = ("local start " + options).split(" ", -1);

    assertThat(mags.run(words)).exits(2).printsNothing();
    assertThat(state).doesNotExist();
  }
}
