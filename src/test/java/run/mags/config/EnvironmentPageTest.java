package run.mags.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/environment.md} lists every variable; {@code -Dgolden.update=true} writes it anew.
 */
class EnvironmentPageTest {
  private static final Path PAGE = Path.of("docs/environment.md");
  private static final String BEGIN = "| variable | meaning |\n|---|---|\n";

  @Test
  void listsEveryVariable() throws IOException {
    StringBuilder table = new StringBuilder(BEGIN);
    for (EnvVar variable : EnvVar.values()) {
      table.append("| `").append(variable).append("` | ").append(variable.meaning()).append(" |\n");
    }
    String page = Files.readString(PAGE);
    int start = page.indexOf(BEGIN);
    int end = page.indexOf("\n\n", start) + 1;
    String expected = page.substring(0, start) + table + page.substring(end);
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(PAGE, expected);
    }

    assertThat(Files.readString(PAGE)).isEqualTo(expected);
  }
}
