package run.mags.command.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static run.mags.testing.CliResultAssert.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.mags.testing.CliResult;
import run.mags.testing.FakeApi;
import run.mags.testing.MagsCli;

/** What doctor says of odd surroundings, in a bounded time. */
class DoctorIT {
  @TempDir private Path home;

  private MagsCli mags() {
    return new MagsCli(home).env("MAGS_LOCAL_STATE", home.resolve("state").toString());
  }

  @Test
  void nothingOfTheUserIsShown() throws IOException {
    Path config = Files.createDirectories(home.resolve(".mags")).resolve("config.json");
    Files.writeString(config, "{\"api_token\":\"tok-not-a-real-one\"}");
    try (FakeApi api = new FakeApi()) {
      api.answers(401, "{\"error\":\"who is tok-not-a-real-one?\"}");

      CliResult result = mags().env("MAGS_API_URL", api.url().toString()).run("doctor");

      assertThat(result).exits(1).warnsNothing();
      assertThat(result.out())
          .contains("fail  token: refused, from ~/.mags/config.json", "chmod 600 ~/.mags")
          .doesNotContain("tok-not-a-real-one", home.toString());
    }
  }

  @Test
  void aClockThatIsWrongIsSeen() {
    try (FakeApi api = new FakeApi()) {
      api.answers(200, "{\"jobs\":[]}", "Date", "Thu, 01 Jan 2026 13:00:00 GMT");

      assertThat(mags().on(api).run("doctor"))
          .exits(0)
          .printsMatch("^warn  clock: apart from the API's by 3600 s$");
    }
  }

  @Test
  void whoeverDoesNotAnswerIsNotWaitedForLong() throws IOException {
    long begin = System.nanoTime();
    try (FakeApi api = new FakeApi().staysSilent()) {
      assertThat(mags().on(api).run("doctor"))
          .exits(1)
          .printsMatch("^fail  API: nothing within 2200 ms$");
    }
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      assertThat(
              mags()
                  .env("MAGS_API_URL", "https://127.0.0.1:" + silent.getLocalPort())
                  .env("MAGS_API_TOKEN", "not-a-real-token")
                  .run("doctor"))
          .exits(1)
          .printsMatch("^fail  TLS: ");
    }
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(20));
  }

  @Test
  void withoutANameServerItEnds() throws UnknownHostException {
    CliResult result =
        mags()
            .env("MAGS_API_URL", "https://no-such-host.invalid")
            .env("MAGS_API_TOKEN", "not-a-real-token")
            .run("doctor");

    assertThat(result).exits(1).printsMatch("^fail  DNS: ");
  }
}
