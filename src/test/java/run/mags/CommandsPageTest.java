package run.mags;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** {@code docs/commands.md} tells what the program does; {@code -Dgolden.update=true} writes it. */
class CommandsPageTest {
  private static final Path PAGE = Path.of("docs/commands.md");

  private static String page() {
    CommandLine all =
        new Invocation(null, new String[0]).commandLine(new PrintWriter(Writer.nullWriter()));
    return CommandsPage.of(all);
  }

  @Test
  void isUpToDate() throws IOException {
    String expected = page();
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(PAGE, expected);
    }

    assertThat(PAGE).exists();
    assertThat(Files.readString(PAGE))
        .as(
            "%s is out of date; write it anew with:"
                + " ./mvnw test -Dtest=CommandsPageTest -Dgolden.update=true",
            PAGE)
        .isEqualTo(expected);
  }

  @Test
  void goesThreeLevelsDeep() {
    assertThat(page())
        .contains("\n## mags\n", "\n## mags run\n", "\n#### mags url alias list\n")
        .contains("(#mags-url-alias-list)")
        .contains("| `-w`, `--workspace WORKSPACE` |");
  }
}
