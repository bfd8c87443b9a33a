package run.mags;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static run.mags.testing.CliResultAssert.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import run.mags.testing.CliProcess;
import run.mags.testing.CliResult;
import run.mags.testing.Programs;

/**
 * The benches, with so little to do that they are tests: what they check holds, and they still run.
 * No time that they take is checked. The full figures are in docs/benchmarks.md.
 */
@EnabledIfSystemProperty(
    named = "mags.bench",
    matches = "true",
    disabledReason = "half a minute; asked for with -Dmags.bench=true when src/bench changes")
class BenchIT {
  @TempDir Path directory;

  private CliResult bench(String name, String... settings) throws Exception {
    List<String> args = new ArrayList<>();
    args.add("-cp");
    args.add(CliProcess.image().resolve("lib") + "/*");
    args.add(Path.of("src", "bench", name + ".java").toAbsolutePath().toString());
    args.addAll(List.of(settings));
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Map<String, String> env =
        Map.of(
            "HOME", directory.toString(),
            "PATH", System.getenv("PATH"),
            "JAVA_HOME", System.getProperty("java.home"));
    return new CliProcess(java).run(args, new byte[0], env, directory);
  }

  @Test
  void aLoadedBackendMakesNoErrorAndLeaksNothing() throws Exception {
    assumeThat(Files.exists(Path.of("/proc/self/fd"))).as("there is a /proc").isTrue();

    CliResult result =
        bench(
            "LocalLoad",
            "sandboxes=6",
            "jobs=20",
            "clients=6",
            "seconds=3",
            "settle=40",
            "image=" + CliProcess.image());

    assertThat(result).exits(0).printsMatch("^no error, no leak$");
  }

  @Test
  void copiesAreTheSameInLittleMemory() throws Exception {
    Programs.assumeInstalled("scp");
    Programs.assumeInstalled("time");

    CliResult result =
        bench("Copy", "image=" + CliProcess.image(), "files=150", "mib=20", "pairs=1");

    assertThat(result).exits(0).printsMatch("^all copies are the same$");
  }

  @Test
  void backendsStartInTheTestsOwnProcess() throws Exception {
    assertThat(bench("LocalStart", "2")).exits(0).printsMatch("^2 at once ");
  }

  /** Over the delaying proxy, which may neither reorder nor lose what OpenSSH and mags send. */
  @Test
  void theCommandsAreTimedOverADelayingProxy() throws Exception {
    for (String program : List.of("node", "ssh", "sshd", "ssh-keygen", "openssl", "keytool")) {
      Programs.assumeInstalled(program);
    }
    assumeThat(Files.exists(Path.of("/usr/bin/time"))).as("there is GNU time").isTrue();
    Map<String, String> env = Map.of("HOME", directory.toString(), "PATH", System.getenv("PATH"));

    CliResult result =
        new CliProcess(Path.of("src", "bench", "run").toAbsolutePath().toString())
            .run(
                List.of("--pairs", "1", "--rtt", "7", "--only", "exec"),
                new byte[0],
                env,
                directory);

    assertThat(result).exits(0).printsMatch("\\| `exec, later` \\| https \\| 7 \\|");
  }
}
