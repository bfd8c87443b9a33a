package run.mags.command;

import static org.assertj.core.api.Assertions.assertThat;
import static run.mags.testing.CliResultAssert.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import run.mags.testing.FakeApi;
import run.mags.testing.FakeSignals;
import run.mags.testing.FakeSleeper;
import run.mags.testing.FakeTerminal;
import run.mags.testing.MagsCli;

/** A signal that comes while a job is being submitted. */
class InterruptedSubmitTest {
  private static final String ID = "11111111-2222-3333-4444-555555555555";
  private static final String SUBMIT = "POST /api/v1/mags-jobs";
  private static final String STOP = "POST /api/v1/mags-jobs/" + ID + "/stop";
  private static final String SUBMITTED = "{\"request_id\":\"" + ID + "\"}";

  @TempDir private Path home;
  private final FakeSignals signals = new FakeSignals();
  private FakeApi api;
  private MagsCli mags;

  @BeforeEach
  void start() {
    api = new FakeApi();
    mags = new MagsCli(home).on(api).signals(signals);
  }

  @AfterEach
  void close() {
    api.close();
  }

  private void send(String signal, String at) {
    api.watchedBy(
        line -> {
          if (line.equals(at)) {
            signals.send(signal);
          }
        });
  }

  @ParameterizedTest
  @CsvSource({"INT,130", "TERM,143", "HUP,129"})
  void saysThatNobodyKnowsWhetherItWasSubmitted(String signal, int exitCode) {
    api.staysSilent();
    send(signal, SUBMIT);

    assertThat(mags.run("run", "-n", "a b", "true"))
        .exits(exitCode)
        .prints("")
        .warns(
            "error: interrupted\nhint: whether this was done is not known: submit the job;"
                + " to see: mags list --name 'a b'\n");
  }

  @Test
  void saysItInJsonForNewToo() {
    api.staysSilent();
    send("INT", SUBMIT);

    assertThat(mags.run("new", "dev", "--json"))
        .exits(130)
        .prints("")
        .warnsMatch(
            "^\\{\"error\":\\{\"kind\":\"interrupted\",.*to see: mags list --name dev\".*}}$");
  }

  @Test
  void nothingIsSubmittedByAnInterruptedUpload() throws IOException {
    Files.writeString(home.resolve("data"), "x");
    api.staysSilent();
    send("INT", "POST /api/v1/mags-files");

    assertThat(mags.run("run", "-f", "data", "--stop-on-interrupt", "true"))
        .exits(130)
        .warns("error: interrupted\nhint: nothing was submitted\n");
    assertThat(api.requests()).hasSize(1);
  }

  @Test
  void waitsForTheAnswerAndStopsTheJob() {
    api.answersAfter(300, 202, SUBMITTED).answers("{\"success\":true}");
    send("TERM", SUBMIT);

    assertThat(mags.run("run", "--stop-on-interrupt", "true"))
        .exits(143)
        .warns("error: interrupted\nhint: the job " + ID + " was stopped\n");
    assertThat(api.requestLines()).containsExactly(SUBMIT, STOP);
  }

  @Test
  void looksForTheJobByNameWhereNoAnswerComes() {
    String job = "{\"request_id\":\"%s\",\"name\":\"dev\",\"status\":\"%s\",\"created_at\":\"%s\"}";
    String old = "99999999-2222-3333-4444-555555555555";
    api.staysSilent()
        .answers(
            "{\"jobs\":["
                + job.formatted(ID, "pending", "2026-01-01T12:00:01Z")
                + ","
                + job.formatted(old, "running", "2026-01-01T11:00:00Z")
                + "]}")
        .answers("{\"success\":true}");
    send("INT", SUBMIT);

    assertThat(mags.sleeping(new FakeSleeper()).run("run", "-n", "dev", "--stop-on-interrupt", "x"))
        .exits(130)
        .warns("error: interrupted\nhint: the job " + ID + " was stopped\n");
    assertThat(api.requestLines().get(2)).isEqualTo(STOP);
  }

  @Test
  void stopsNoOlderJobOfThatName() {
    String old =
        "{\"request_id\":\"%s\",\"name\":\"dev\",\"status\":\"running\",".formatted(ID)
            + "\"created_at\":\"2026-01-01T11:00:00Z\"}";
    api.staysSilent().answers("{\"jobs\":[" + old + "]}");
    send("INT", SUBMIT);

    assertThat(mags.sleeping(new FakeSleeper()).run("run", "-n", "dev", "--stop-on-interrupt", "x"))
        .exits(130)
        .warnsOf("hint: whether this was done is not known: submit the job; to see: mags list");
    assertThat(api.requestLines()).doesNotContain(STOP);
  }

  @Test
  void tellsTheJobThatIsWaitedForByItsUrl() {
    api.answers(202, SUBMITTED).answers("{\"status\":\"running\",\"vm_id\":\"vm\"}").staysSilent();
    send("INT", "POST /api/v1/mags-jobs/" + ID + "/access");

    assertThat(mags.run("run", "-p", "--url", "true"))
        .exits(130)
        .warns("error: interrupted\nhint: the job goes on; to stop it: mags stop " + ID + "\n");
  }

  @Test
  void erasesTheLineOfAnUploadFirst() throws IOException {
    Files.writeString(home.resolve("data"), "x");
    api.staysSilent();
    FakeTerminal terminal = new FakeTerminal("").interactive();
    api.watchedBy(
        line -> {
          terminal.awaitErr("sending");
          signals.send("INT");
        });

    assertThat(mags.terminal(terminal).run("--color", "never", "run", "-f", "data", "true"))
        .exits(130)
        .warnsMatch("(?s).*sending data.*\r\u001b\\[Kerror: interrupted\nhint: nothing was.*");
  }
}
