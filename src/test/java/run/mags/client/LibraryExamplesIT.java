package run.mags.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.mags.api.model.Job;
import run.mags.error.CliException;
import run.mags.local.LocalBackend;
import run.mags.local.LocalOptions;
import run.mags.local.sandbox.IsolationChoice;
import run.mags.testing.Programs;

/** Runs every example of {@code docs/library.md} against a local backend. */
class LibraryExamplesIT {
  private static final Duration LIMIT = Duration.ofMinutes(1);

  @TempDir private Path directory;
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final LibraryExamples examples =
      new LibraryExamples(new PrintStream(printed, true, StandardCharsets.UTF_8));
  private LocalBackend backend;
  private MagsClient mags;

  @BeforeEach
  void start() {
    backend =
        LocalBackend.start(
            LocalOptions.in(directory.resolve("state")).withIsolation(IsolationChoice.PLAIN));
    mags = MagsClient.open(backend.url(), backend.token(), directory);
  }

  @AfterEach
  void stop() {
    mags.close();
    backend.close();
  }

  private String printed() {
    return printed.toString(StandardCharsets.UTF_8);
  }

  @Test
  void opensAClientAndRunsAScript() {
    examples.first(
        Map.of("MAGS_API_URL", backend.url().toString(), "MAGS_API_TOKEN", backend.token()),
        directory);
    examples.open(backend.url(), backend.token(), directory);

    assertThat(printed()).isEqualTo("Hello World\n1 jobs\n");
  }

  @Test
  void runsAScriptToItsEnd() {
    examples.run(mags);

    assertThat(printed()).isEqualTo("3: test\n");
  }

  @Test
  void followsAJob() {
    examples.submit(mags);

    assertThat(printed()).isEqualTo("step 1\nstep 2\nstep 3\ncompleted\n");
  }

  @Test
  void sendsFiles() throws IOException {
    Path script = Files.writeString(directory.resolve("analyze.sh"), "wc -l < data.csv\n");
    Path data = Files.writeString(directory.resolve("data.csv"), "1\n2\n");

    examples.files(mags, script, data);

    assertThat(printed().strip()).isEqualTo("2");
  }

  @Test
  void usesASandbox() {
    examples.sandbox(mags);

    assertThat(printed()).isEqualTo("4 kept oops\ntwo words|$HOME||\n");
    assertThat(mags.status("dev").status()).isEqualTo("stopped");
  }

  @Test
  void runsCommandsInASandbox() throws Exception {
    mags.create("dev");

    examples.exec(mags);
    examples.connect(mags);
    examples.detached(mags);
    examples.threads(mags);
    examples.sshTarget(mags);

    assertThat(printed())
        .startsWith("3 bytes\ncall 1\ncall 2\ncall 3\n")
        .contains("call 3\nstep 1\nstep 2\nstep 3\nit exited with 4\ntrue EXITED\n")
        .contains("call 0\ncall 1\ncall 2\ncall 3\ncall 4\ncall 5\ncall 6\ncall 7\n")
        .containsPattern("ssh to root at port [0-9]+\n$");
  }

  @Test
  void findsJobs() {
    mags.run(JobSpec.script("echo done").name("steps"), LIMIT);
    mags.create("dev");

    examples.find(mags);

    assertThat(printed()).startsWith("running\n[dev]\n").contains("done\n");
  }

  @Test
  void opensUrls() throws IOException {
    HttpServer web =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    web.start();
    try {
      mags.create("web");

      examples.url(mags, web.getAddress().getPort());

      assertThat(printed()).isEqualTo("my-app leads to web\n");
      assertThat(mags.aliases().list()).isEmpty();
    } finally {
      web.stop(0);
    }
  }

  @Test
  void changesASandbox() {
    mags.create("dev");

    examples.change(mags);

    Job dev = mags.status("dev");
    assertThat(dev.noSleep()).isTrue();
    assertThat(dev.startupCommand()).isEqualTo("npm start");
  }

  @Test
  void resizesASandbox() {
    mags.create("dev");
    mags.exec("dev", "echo kept > note");

    examples.resize(mags);

    assertThat(printed())
        .isEqualTo(
            "syncing\nstopping\nmaking it anew with 10 GB\nwaiting for the new sandbox\n10 GB\n");
    assertThat(mags.exec("dev", "cat note").stdout()).isEqualTo("kept\n");
  }

  @Test
  void deletesWorkspaces() {
    mags.run(JobSpec.script("true").workspace("project"), LIMIT);

    examples.workspaces(mags);

    assertThat(printed()).isEqualTo("project: 1 jobs\n");
    assertThat(mags.workspaces().list()).isEmpty();
  }

  @Test
  void runsScriptsOnASchedule() {
    examples.cron(mags);

    assertThat(printed()).isEqualTo("backup is on: true\n");
    assertThat(mags.cron().list()).isEmpty();
  }

  @Test
  void removesWhatAJobHasMade() {
    examples.cleanup(mags);

    assertThat(mags.workspaces().list()).isEmpty();
  }

  @Test
  void tellsTotals() {
    mags.create("dev");

    examples.totals(mags);

    assertThat(printed()).isEqualTo("1 jobs in 30 days\n1 machines\n");
  }

  @Test
  void tellsFailuresApart() {
    mags.create("dev");

    examples.errors(mags);

    assertThat(printed()).isEqualTo("it is there already (status 409)\n");
    assertThatThrownBy(() -> mags.exec("nobody", "true"))
        .isInstanceOf(CliException.class)
        .hasMessage("no job is named nobody");
  }

  @Test
  void startsABrowser() {
    Programs.assumeInstalled("chromium");

    examples.browser(mags);

    assertThat(printed()).matches("ws://127\\.0\\.0\\.1:[0-9]+/devtools/browser/[0-9a-f-]+\n");
  }

  @Test
  void startsABackendOfItsOwn() throws IOException {
    examples.backend(directory.resolve("client"));

    assertThat(printed()).isEqualTo("here\n");
  }
}
