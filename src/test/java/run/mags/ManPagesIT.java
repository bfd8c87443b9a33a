package run.mags;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import run.mags.testing.CliProcess;
import run.mags.testing.CliResult;
import run.mags.testing.Programs;

/** The manual in the image, and the completion scripts beside it. */
class ManPagesIT {
  private static final Path SHARE = CliProcess.image().resolve("share");

  private static List<String> pages() throws IOException {
    try (Stream<Path> pages = Files.list(SHARE.resolve("man/man1"))) {
      return pages.map(Path::toString).sorted().toList();
    }
  }

  @Test
  void everyCommandHasAPage() throws IOException {
    assertThat(pages().stream().map(page -> page.replaceFirst(".*/", "")))
        .contains("mags.1", "mags-run.1", "mags-cron-add.1", "mags-url-alias-remove.1")
        .noneMatch(page -> page.contains("_") || page.equals("mags-ls.1"));
    assertThat(Files.readString(SHARE.resolve("man/man1/mags.1")))
        .contains(".SH EXIT STATUS\n", "mags\\-cron(1)", "\\-\\-color WHEN");
  }

  @Test
  void mandocFindsNothingWrong() throws IOException, InterruptedException {
    Programs.assumeInstalled("mandoc");
    List<String> arguments = new java.util.ArrayList<>(List.of("-T", "lint", "-W", "warning"));
    arguments.addAll(pages());

    CliResult result =
        new CliProcess("/usr/bin/mandoc").run(arguments, new byte[0], System.getenv(), SHARE);

    assertThat(result.out() + result.err()).isEmpty();
    assertThat(result.exitCode()).isZero();
  }

  @Test
  void completionScriptsLieWhereShellsLook() throws IOException {
    for (String file :
        List.of(
            "bash-completion/completions/mags",
            "zsh/site-functions/_mags",
            "fish/vendor_completions.d/mags.fish")) {
      assertThat(SHARE.resolve(file)).isNotEmptyFile();
    }
  }
}
