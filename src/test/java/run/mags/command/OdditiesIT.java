package run.mags.command;

import static run.mags.testing.CliResultAssert.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import run.mags.local.LocalBackend;
import run.mags.local.LocalOptions;
import run.mags.local.OddAnswer;
import run.mags.local.Oddities;
import run.mags.local.sandbox.IsolationChoice;
import run.mags.testing.CliResult;
import run.mags.testing.FakeSleeper;
import run.mags.testing.MagsCli;

/** The commands against a backend that behaves as oddly as the service was seen to. */
@Timeout(60)
class OdditiesIT {
  private static final Duration SOON = Duration.ofMillis(700);

  @TempDir Path home;
  private LocalBackend backend;

  @BeforeEach
  void start() {
    backend =
        LocalBackend.start(
            LocalOptions.in(home.resolve("state")).withIsolation(IsolationChoice.PLAIN));
  }

  @AfterEach
  void stop() {
    backend.close();
  }

  private MagsCli cli() {
    return new MagsCli(home)
        .env("MAGS_API_URL", backend.url().toString())
        .env("MAGS_API_TOKEN", backend.token());
  }

  private CliResult mags(String... args) {
    return cli().run(args);
  }

  /** With a clock that passes at once, for what is waited for in vain. */
  private CliResult magsInNoTime(String... args) {
    return cli().sleeping(new FakeSleeper()).run(args);
  }

  @Test
  void aMachineThatComesLateIsWaitedFor() {
    backend.behave(
        Oddities.NONE
            .withSlowStart(SOON)
            .withLateVmId(SOON)
            .withRefusedAccess(SOON.multipliedBy(2)));

    assertThat(mags("new", "dev")).exits(0).warns("created dev\n");
    assertThat(mags("exec", "dev", "echo hi")).exits(0).prints("hi\n").warnsNothing();
    assertThat(mags("url", "dev")).exits(0).printsMatch("^http://127");
    assertThat(mags("resize", "dev", "--disk", "5")).exits(0).warnsMatch("^dev has 5 GB$");
    assertThat(mags("ssh", "dev", "echo there")).exits(0).prints("there\n").warnsNothing();
    assertThat(mags("run", "echo ran; exit 7")).exits(7).prints("ran\n").warnsNothing();
  }

  @Test
  void aPhantomIsNamedWithTheCure() {
    backend.behave(Oddities.NONE.withPhantoms("ghost"));

    assertThat(mags("new", "ghost", "--timeout", "2s"))
        .exits(124)
        .printsNothing()
        .warnsMatch("its status is running without a machine$");
    for (String verb : new String[] {"exec", "ssh"}) {
      assertThat(magsInNoTime(verb, "ghost", "true"))
          .exits(125)
          .printsNothing()
          .warnsMatch("no VM associated with this job; its status is running without a machine$")
          .warnsMatch("^hint: its machine may be lost.*mags stop ghost && mags new ghost$");
    }
    assertThat(magsInNoTime("resize", "ghost", "--disk", "5"))
        .exits(1)
        .warnsMatch("^error: no machine is attached to it, so nothing can have been synced$")
        .warnsMatch("^hint: nothing was changed;.*--force$");
    assertThat(mags("stop", "ghost", "--wait")).exits(0).prints("ghost\n");
  }

  @Test
  void plainLogEntriesArePrintedLikeOthers() {
    backend.behave(Oddities.NONE.withPlainLogEntries());

    assertThat(mags("run", "-n", "mix", "echo one; echo two; echo three; exit 4"))
        .exits(4)
        .prints("one\ntwo\nthree\n")
        .warnsNothing();
    assertThat(mags("logs", "mix")).exits(0).prints("one\ntwo\nthree\n");
    assertThat(mags("logs", "--json", "mix")).exits(0).printsMatch(",\\{\"message\":\"two\"},");
  }

  @Test
  void aJobIsFoundOnALaterPage() {
    backend.behave(Oddities.NONE.withPageLimit(2));
    for (int i = 0; i < 5; i++) {
      assertThat(mags("run", "-n", "job" + i, "true")).exits(0);
    }

    assertThat(mags("status", "job0")).exits(0).printsMatch("^name: +job0$");
    assertThat(mags("list", "--all")).exits(0).printsMatch("^job4 ").printsMatch("^job0 ");
  }

  static Stream<OddAnswer> passing() {
    return Stream.of(
        OddAnswer.cutOff(),
        OddAnswer.answer(502, "text/html", "<html><h1>Bad gateway</h1></html>"),
        OddAnswer.error(429, "slow down").retryAfter("0"),
        OddAnswer.dropBefore(),
        OddAnswer.dropAfter(),
        OddAnswer.torn());
  }

  @ParameterizedTest
  @MethodSource("passing")
  void whatPassesIsAskedForAgain(OddAnswer answer) {
    backend.behave(Oddities.NONE.withAnswers(answer.to("GET", "").times(3)));

    // With --json, notes are left out.
    assertThat(magsInNoTime("list")).exits(0).warnsMatch("; trying again$");
  }

  @ParameterizedTest
  @MethodSource("passing")
  void aJobIsNeverSubmittedTwice(OddAnswer answer) {
    backend.behave(Oddities.NONE.withAnswers(answer.to("POST", "/mags-jobs")));

    CliResult run = mags("run", "echo ran");

    boolean refused = answer.kind() == OddAnswer.Kind.ANSWER && answer.status() == 429;
    if (refused) {
      assertThat(run).exits(0).prints("ran\n");
    } else {
      assertThat(run).exits(125).printsNothing().warnsMatch("^error: cannot submit the job: ");
    }
    boolean done =
        refused
            || answer.kind() == OddAnswer.Kind.DROP_AFTER
            || answer.kind() == OddAnswer.Kind.TORN;
    assertThat(mags("list", "--json")).exits(0).printsMatch(done ? "^\\[\\{[^}]*}]$" : "^\\[]$");
    if (answer.kind() != OddAnswer.Kind.ANSWER) {
      assertThat(run)
          .warnsMatch("; whether it was done is not known$")
          .warnsMatch("^hint: look before trying again: mags list$");
    }
  }

  @ParameterizedTest
  @CsvSource({"409, name 'dev' in use", "500, workspace dev already exists", "500, conflict"})
  void aCollisionIsNamedWithTheCure(int status, String text) {
    backend.behave(Oddities.NONE.withAnswers(OddAnswer.error(status, text).to("POST", "")));

    assertThat(mags("new", "dev"))
        .exits(1)
        .printsNothing()
        .warns(
            "error: cannot submit the job: "
                + text
                + "\nhint: use the one that is there: mags new dev --if-exists reuse\n");
  }

  @Test
  void theWordsOfAFailedValidationArePassedOn() {
    String words =
        "Key: 'MagsJobRequest.Type' Error:Field validation for 'Type' failed on the 'required' tag";
    backend.behave(Oddities.NONE.withAnswers(OddAnswer.error(400, words).to("POST", "")));

    assertThat(mags("run", "true"))
        .exits(125)
        .printsNothing()
        .warns("error: cannot submit the job: " + words + "\n");
  }
}
