package run.mags;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.mags.local.LocalBackend;
import run.mags.local.LocalOptions;
import run.mags.testing.CliProcess;
import run.mags.testing.CliResult;

/** The commands of {@code docs/ci.md} run, each pipeline's in their order. */
class CiPageIT {
  @TempDir private Path home;

  private static List<String> blocks() throws IOException {
    String page = Files.readString(Path.of("docs/ci.md"));
    return List.of(page.split("```", -1)).stream()
        .filter(block -> block.startsWith("yaml\n") || block.startsWith("groovy\n"))
        .toList();
  }

  @Test
  void itsCommandsRunAndLeaveNothing() throws IOException, InterruptedException {
    assertThat(blocks()).hasSize(3);
    LocalOptions options = LocalOptions.in(home.resolve("backend"));
    try (LocalBackend backend = LocalBackend.start(options)) {
      Map<String, String> env = new HashMap<>();
      env.put("HOME", home.toString());
      env.put("PATH", CliProcess.image().resolve("bin") + ":" + System.getenv("PATH"));
      env.put("MAGS_API_URL", backend.url().toString());
      env.put("MAGS_API_TOKEN", backend.token());
      env.put("BOX", "ci-1-1");
      for (String block : blocks()) {
        List<String> commands =
            block
                .lines()
                .map(line -> line.strip().replaceFirst("^(- |run: )", ""))
                .filter(line -> line.startsWith("mags "))
                .toList();

        CliResult result =
            new CliProcess("/bin/sh", "-ec")
                .run(List.of(String.join("\n", commands)), new byte[0], env, home);

        assertThat(commands).hasSizeGreaterThan(3);
        assertThat(result.exitCode()).as(result.toString()).isZero();
        assertThat(result.out()).contains("tests go here");
      }
      CliResult left =
          CliProcess.launcher().run(List.of("workspace", "list", "--json"), new byte[0], env, home);
      assertThat(left.out()).isEqualTo("[]\n");
    }
  }

  @Test
  void theYamlIsIndentedByBlanks() throws IOException {
    assertThat(blocks()).noneMatch(block -> block.contains("\t"));
  }
}
