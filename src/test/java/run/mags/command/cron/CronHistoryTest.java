package run.mags.command.cron;

import static run.mags.testing.CliResultAssert.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.mags.testing.FakeApi;
import run.mags.testing.MagsCli;

class CronHistoryTest {
  @TempDir Path home;
  private FakeApi api;
  private MagsCli mags;

  @BeforeEach
  void start() {
    api = new FakeApi();
    mags = new MagsCli(home).on(api);
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private static final String RUNS =
      """
      {"cron_jobs":[{"id":"c1","name":"backup","run_count":2,"runs":[
        {"at":"2026-01-01T03:00:00Z","status":"skipped","reason":"workspace 'w' is in use"},
        {"at":"2026-01-01T02:00:00Z","status":"failed","request_id":"j2","exit_code":3},
        {"at":"2026-01-01T01:00:00Z","status":"completed","request_id":"j1","exit_code":0}]}]}
      """;

  @Test
  void theRunsAreATable() {
    api.answers(RUNS);

    assertThat(mags.run("cron", "history", "backup"))
        .exits(0)
        .prints(
            """
            TIME                  RESULT     EXIT  JOB  REASON
            2026-01-01T03:00:00Z  skipped    -     -    workspace 'w' is in use
            2026-01-01T02:00:00Z  failed     3     j2   -
            2026-01-01T01:00:00Z  completed  0     j1   -
            """)
        .warnsNothing();
  }

  @Test
  void asJsonTheyAreAnArray() {
    api.answers(RUNS);

    assertThat(mags.run("cron", "history", "c1", "--json"))
        .exits(0)
        .prints(
            """
            [{"at":"2026-01-01T03:00:00Z","status":"skipped","reason":"workspace 'w' is in use"},\
            {"at":"2026-01-01T02:00:00Z","status":"failed","request_id":"j2","exit_code":3},\
            {"at":"2026-01-01T01:00:00Z","status":"completed","request_id":"j1","exit_code":0}]
            """);
  }

  @Test
  void anApiThatKeepsNoneIsSaidSo() {
    api.answers("{\"cron_jobs\":[{\"id\":\"c1\",\"name\":\"backup\",\"run_count\":2}]}");
    api.answers("{\"cron_jobs\":[{\"id\":\"c1\",\"name\":\"backup\",\"run_count\":0}]}");

    assertThat(mags.run("cron", "history", "backup"))
        .exits(0)
        .printsNothing()
        .warns("the API keeps no runs; its jobs: mags list --name backup\n");
    assertThat(mags.run("cron", "history", "backup"))
        .exits(0)
        .printsNothing()
        .warns("no runs yet\n");
  }

  @Test
  void anUnknownOneIsAnError() {
    api.answers("{\"cron_jobs\":[]}");

    assertThat(mags.run("cron", "history", "backup")).exits(1).printsNothing().warnsOf("backup");
  }
}
