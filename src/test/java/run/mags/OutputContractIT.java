package run.mags;

import static org.assertj.core.api.Assertions.assertThat;
import static run.mags.testing.CliResultAssert.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import run.mags.testing.CliProcess;
import run.mags.testing.CliResult;
import run.mags.testing.FakeApi;

/** The launcher with outputs, terminals and locales as bad as they come. */
class OutputContractIT {
  private static final String ID = "11111111-2222-3333-4444-555555555555";
  private static final int MANY = 10_000;
  private static final int PAGE = 50;

  @TempDir private Path home;
  private final FakeApi api = new FakeApi();

  @AfterEach
  void close() {
    api.close();
  }

  private CliResult shell(String command) throws IOException, InterruptedException {
    Map<String, String> env = new HashMap<>(System.getenv());
    env.keySet().removeIf(name -> name.startsWith("MAGS_") || name.startsWith("LC_"));
    env.remove("TERM");
    env.remove("LANG");
    env.put("HOME", home.toString());
    env.put("MAGS_API_URL", api.url().toString());
    env.put("MAGS_API_TOKEN", "not-a-real-token");
    env.put("mags", CliProcess.image().resolve("bin/mags").toString());
    return new CliProcess("/bin/sh", "-c").run(List.of(command), new byte[0], env, home);
  }

  /** The lists that the API gives: two jobs, one of them not of ASCII letters. */
  private void lists() {
    api.otherwise(
        number ->
            "{\"jobs\":[{\"request_id\":\""
                + ID
                + "\",\"name\":\"grün-日本\",\"status\":\"running\"},{\"request_id\":\"2\","
                + "\"name\":\"b\",\"status\":\"sleeping\"}],\"total\":2}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--version", "--help", "help run", "list", "list --json", "whoami"})
  void aClosedStdoutIsAFailureThatIsSaid(String args) throws IOException, InterruptedException {
    lists();

    assertThat(shell("\"$mags\" " + args + " >&-"))
        .exits(1)
        .warnsMatch("^(error: |\\{\"error\":.*)cannot write to standard output");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--version", "list", "list --nonsense", "status nobody", "logout"})
  void withoutAnyOutputTheExitCodeSaysIt(String args) throws IOException, InterruptedException {
    lists();
    int withOutput = shell("\"$mags\" " + args).exitCode();

    int closed = shell("\"$mags\" " + args + " >&- 2>&-").exitCode();

    // Where there was something to print, not even that has worked.
    assertThat(closed).isEqualTo(withOutput == 0 && !args.equals("logout") ? 1 : withOutput);
  }

  @Test
  void whatDoesNotComeOutOfAJobIsNoSuccess() throws IOException, InterruptedException {
    for (String stream : List.of(">&-", ">/dev/full")) {
      api.answers(202, "{\"request_id\":\"" + ID + "\"}")
          .answers("{\"status\":\"completed\",\"exit_code\":0}")
          .answers("{\"logs\":[\"result\"]}");

      assertThat(shell("\"$mags\" run true " + stream))
          .exits(125)
          .warnsMatch("^error: cannot write to standard output");
    }
  }

  @Test
  void aFullDiskBehindAListIsSaid() throws IOException, InterruptedException {
    lists();

    assertThat(shell("\"$mags\" list >/dev/full"))
        .exits(1)
        .warns("error: cannot write to standard output: No space left on device\n");
    assertThat(shell("\"$mags\" list 2>/dev/full")).exits(0).printsMatch("grün-日本");
  }

  @ParameterizedTest
  @ValueSource(strings = {"C", "POSIX", "", "C.UTF-8", "de_DE.UTF-8", "xx_XX.nonsense"})
  void namesAreUtf8InEveryLocale(String locale) throws IOException, InterruptedException {
    lists();
    String lookup = "LC_ALL='" + locale + "' \"$mags\" ";

    CliResult listed = shell(lookup + "list");
    if (locale.contains("nonsense")) {
      // What Java makes of arguments there is its own; what we write stays UTF-8.
      assertThat(listed).exits(0).printsMatch("grün-日本");
      return;
    }
    assertThat(listed).exits(0).printsMatch("^grün-日本 +running");
    assertThat(shell(lookup + "list --name grün-日本")).exits(0).printsMatch("grün-日本");
    assertThat(shell(lookup + "status nöbody")).exits(1).warnsMatch("nöbody");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "0", "-5", "x", "", "99999999999999999999"})
  void anyWidthShowsEveryJob(String columns) throws IOException, InterruptedException {
    lists();

    assertThat(shell("COLUMNS='" + columns + "' \"$mags\" list"))
        .exits(0)
        .printsMatch("grün-日本")
        .printsMatch("^b +sleeping");
    assertThat(shell("COLUMNS='" + columns + "' \"$mags\" run --help")).exits(0);
    assertThat(shell("COLUMNS='" + columns + "' \"$mags\" list --nonsense")).exits(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"unset TERM", "TERM=", "TERM=nonsense", "TERM=dumb"})
  void noTerminalTypeIsNeeded(String term) throws IOException, InterruptedException {
    lists();

    CliResult result = shell(term + "; export TERM; \"$mags\" list");

    assertThat(result).exits(0).printsMatch("grün-日本").warnsNothing();
    assertThat(result.out()).doesNotContain("\u001b");
  }

  @Test
  void tenThousandJobsAreListed() throws IOException, InterruptedException {
    api.otherwise(
        number -> {
          StringBuilder page = new StringBuilder("{\"jobs\":[");
          for (int i = (number - 1) * PAGE; i < number * PAGE; i++) {
            page.append(i == (number - 1) * PAGE ? "" : ",")
                .append("{\"request_id\":\"id-")
                .append(i)
                .append("\",\"name\":\"job-")
                .append(i)
                .append("\",\"status\":\"completed\"}");
          }
          return page.append("],\"total\":").append(MANY).append('}').toString();
        });

    CliResult result = shell("MAGS_JAVA_OPTS=-Xmx64m \"$mags\" list --all");

    assertThat(result).exits(0).warnsNothing();
    assertThat(result.out().lines()).hasSize(MANY + 1);
    assertThat(result.out()).contains("job-0 ").contains("job-" + (MANY - 1) + " ");
    assertThat(api.requests()).hasSize(MANY / PAGE);
  }

  @Test
  void ahundredMegabytesOfLogArePrintedWhole() throws IOException, InterruptedException {
    String line = "\"" + "0123456789".repeat(100) + "\",";
    String logs = "{\"logs\":[" + line.repeat(100_000) + "\"the end\"]}";
    api.answers("{\"status\":\"completed\"}").answers(logs);

    CliResult result =
        shell("\"$mags\" logs " + ID + " >logs; echo $? $(wc -l <logs) $(tail -n 1 logs)");

    assertThat(result).exits(0).warnsNothing().prints("0 100001 the end\n");
  }
}
