package run.mags.command;

import static org.assertj.core.api.Assertions.assertThat;
import static run.mags.testing.CliResultAssert.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import run.mags.testing.CliResult;
import run.mags.testing.FakeApi;
import run.mags.testing.FakeSleeper;
import run.mags.testing.FakeTerminal;
import run.mags.testing.MagsCli;

/** What a user sees when the service has a bad day: nothing lost, nothing hidden. */
class BadDayTest {
  private static final String ID = "11111111-2222-3333-4444-555555555555";
  private static final String ACCEPTED = "{\"request_id\":\"" + ID + "\",\"status\":\"accepted\"}";
  private static final String RUNNING = "{\"status\":\"running\"}";
  private static final String DONE = "{\"status\":\"completed\",\"exit_code\":3}";
  private static final String LOGS = "{\"logs\":[\"x\"]}";

  @TempDir private Path home;
  private FakeApi api;
  private MagsCli mags;

  @BeforeEach
  void start() {
    api = new FakeApi();
    mags = new MagsCli(home).on(api).sleeping(new FakeSleeper());
  }

  @AfterEach
  void close() {
    api.close();
  }

  private static final class ClosedTerminal extends FakeTerminal {
    ClosedTerminal() {
      super("");
    }

    @Override
    public OutputStream out() {
      return new OutputStream() {
        @Override
        public void write(int b) throws IOException {
          throw new IOException("Broken pipe");
        }
      };
    }
  }

  @Test
  void aJobThatEndedBeforeStdoutClosedIsNoFailure() {
    api.answers(202, ACCEPTED)
        .answers("{\"status\":\"completed\",\"exit_code\":0}")
        .answers(LOGS)
        .answers(409, "{\"error\":\"the job is not running: it is completed\"}");

    assertThat(mags.terminal(new ClosedTerminal()).run("run", "seq 9")).exits(141).warnsNothing();
  }

  @Test
  void oddAnswersDoNotEndAWait() {
    api.answers(202, ACCEPTED)
        .answers(404, "{\"error\":\"no such job\"}")
        .answers("{\"status\":null}")
        .answers("")
        .answers("{}")
        .answers(RUNNING)
        .answers("<html>")
        .answers(RUNNING);
    for (int i = 0; i < 4; i++) {
      api.answers(503, "");
    }
    api.answers(DONE).answers(LOGS);

    assertThat(mags.run("run", "true")).exits(3).prints("x\n");
  }

  @Test
  void aServiceThatStaysAwayEndsAWaitAndTheJobIsNamed() {
    api.answers(202, ACCEPTED).otherwise(number -> "{\"status\":null}");

    assertThat(mags.run("run", "true"))
        .exits(125)
        .warnsMatch("^error: .*the answer has no status$")
        .warnsMatch("^hint: .*mags logs -f " + ID + ", or mags stop " + ID + "$");
    assertThat(api.requests()).hasSizeLessThan(60);
  }

  @Test
  void aNewSandboxIsWaitedForLikewise() {
    api.answers(202, ACCEPTED)
        .answers(404, "")
        .answers("{}")
        .answers("{\"status\":\"running\",\"vm_id\":\"v\"}");

    assertThat(mags.run("new", "dev")).exits(0).prints(ID + "\n");
  }

  @Test
  void aJobThatIsNotThereIsNotWaitedFor() {
    api.answers(404, "{\"error\":\"no such job\"}");

    assertThat(mags.run("logs", "-f", ID)).exits(1);
    assertThat(api.requests()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"status\":\"error\",\"exit_code\":0}|the job failed",
        "{\"status\":\"completed\",\"exit_code\":256}|the service gives an exit code that is none",
        "{\"status\":\"completed\",\"exit_code\":-1}|the service gives an exit code that is none",
        "{\"status\":\"completed\",\"exit_code\":\"x\"}|the service gives an exit code that is none",
        "{\"status\":\"completed\",\"exit_code\":{}}|the service gives an exit code that is none",
      })
  void noExitCodeHidesAFailure(String status, String said) {
    api.answers(202, ACCEPTED).answers(status).answers("{\"logs\":[]}");
    api.answers(202, ACCEPTED).answers(status).answers("{\"logs\":[]}");

    assertThat(mags.run("run", "x")).exits(1).warns("mags: " + said + "\n");
    assertThat(mags.run("run", "--json", "x"))
        .exits(1)
        .printsMatch("\"error\":\"" + said + "\"")
        .warnsNothing();
  }

  @Test
  void jsonIsAllThatIsOnStderrWithJson() {
    api.answers(503, "").answers(503, "").answers(503, "").answers(503, "");

    String err = mags.run("status", "--json", ID).err();

    assertThat(err.lines()).hasSize(1).allMatch(line -> line.startsWith("{\"error\":"));
  }

  @Test
  void warningsAreJsonWithJson() {
    api.answers("{\"workspaces\":[]}")
        .answers(202, ACCEPTED)
        .answers("{\"status\":\"completed\",\"exit_code\":0}")
        .answers("{\"logs\":[]}");
    for (int i = 0; i < 5; i++) {
      api.answers(400, "{\"error\":\"not \\\"now\\\"\"}");
    }

    String err = mags.run("run", "--json", "--rm", "-w", "w", "x").err();

    assertThat(err.lines()).allMatch(line -> line.startsWith("{\"warning\":\"not all was removed"));
    assertThat(err).contains("not \\\"now\\\"");
  }

  @Test
  void aTakenNameComesWithAWayOut() {
    api.answers(409, "{\"error\":\"name already in use\"}")
        .answers(409, "{\"error\":\"workspace in use\"}");

    assertThat(mags.run("run", "-p", "-n", "web", "x")).exits(125).warnsOf("mags stop web");
    assertThat(mags.run("run", "-w", "data", "x")).exits(125).warnsOf("mags stop data");
  }

  @Test
  void aPortThatIsNoneIsABadAnswer() {
    api.answers(RUNNING)
        .answers(
            "{\"success\":true,\"ssh_host\":\"h\",\"ssh_port\":99999,\"ssh_private_key\":\"K\"}");

    assertThat(mags.run("exec", ID, "true")).exits(125).warnsOf("that is none: 99999");
  }

  @Test
  void aBadPortInTheUrlOfTheApiIsNamed() {
    mags.env("MAGS_API_URL", "http://127.0.0.1:99999");

    assertThat(mags.run("list"))
        .exits(1)
        .warnsMatch("^error: MAGS_API_URL cannot be used: its port");
  }

  @Test
  void logEntriesOfOddShapesAreSeenAsTheyAre() {
    api.answers("{\"status\":\"running\"}")
        .answers("{\"logs\":[5,[\"x\"],{\"msg\":\"q\"},true,\"plain\"]}");

    assertThat(mags.run("logs", ID)).exits(0).prints("5\n[\"x\"]\n{\"msg\":\"q\"}\ntrue\nplain\n");
  }

  @Test
  void aFailedLoginIsAboutTheToken() {
    api.answers(400, "{\"error\":\"no\"}");

    assertThat(mags.terminal(new FakeTerminal("some-token\n")).run("login", "--with-token"))
        .exits(1)
        .warnsMatch("^error: cannot check the token: no$");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run|-w||x",
        "run|-n||x",
        "run|--base||x",
        "run|-f||x",
        "run|--script-file|",
      })
  void emptyNamesAreWrongUsage(String line) {
    CliResult result = mags.run(line.split("\\|", -1));

    assertThat(result).exits(125).printsNothing().warnsMatch("^error: .* needs ");
    assertThat(mags.run("new", "x", "--base", "")).exits(2);
    assertThat(mags.run("local", "status", "--state", "")).exits(2);
    assertThat(api.requests()).isEmpty();
  }

  @Test
  void helpBeforeACommandIsThatCommands() {
    String page = mags.run("run", "--help").out();

    assertThat(mags.run("--help", "run")).exits(0).prints(page);
    assertThat(mags.run("-h", "--quiet", "run", "x")).exits(0).prints(page);
    assertThat(mags.run("help", "run", "extra")).exits(2).warnsMatch("unexpected argument extra");
  }

  @Test
  void sayingAThingTwiceIsNoMistake() {
    assertThat(mags.run("--json", "whoami", "--json")).exits(0).printsMatch("^\\{");
    assertThat(mags.run("-vv")).exits(0).printsMatch("^mags v");
    assertThat(mags.run("--", "whoami")).exits(0);
  }

  @Test
  void onlyNearNamesAreSuggested() {
    assertThat(mags.run("bogus"))
        .exits(2)
        .warns("error: unknown command bogus\nhint: see: mags --help\n");
    assertThat(mags.run("lsit")).exits(2).warnsMatch("did you mean list\\?");
  }

  @Test
  void aScriptWithoutAnEndIsRefused() {
    assertThat(mags.run("run", "--script-file", "/dev/zero"))
        .exits(125)
        .warnsMatch("^error: /dev/zero is longer than 16 MiB");
    assertThat(api.requests()).isEmpty();
  }
}
