package run.mags.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The pages say of kinds and exit codes what {@code explain} says. */
class ExplanationTest {
  private static List<String> rows(String page, String regex) throws IOException {
    return Files.readAllLines(Path.of("docs", page)).stream()
        .filter(line -> line.matches(regex))
        .toList();
  }

  @Test
  void thePageOfJsonHasTheSameKinds() throws IOException {
    String page = Files.readString(Path.of("docs/json.md"));
    String table = page.substring(page.indexOf("| kind | what happened |"));

    assertThat(table.lines().skip(2).takeWhile(line -> line.startsWith("|")))
        .containsExactlyElementsOf(
            Explanation.kinds().stream()
                .map(told -> "| `" + told.kind().word() + "` | " + told.meaning() + " |")
                .toList());
  }

  @Test
  void thePageOfExitCodesHasTheSameCodes() throws IOException {
    assertThat(rows("exit-codes.md", "\\| [0-9].*"))
        .containsExactlyElementsOf(
            Explanation.exitCodes().stream()
                .map(
                    told ->
                        "| "
                            + told.codes().stream()
                                .map(Object::toString)
                                .collect(Collectors.joining(", "))
                            + " | "
                            + told.meaning().replace("|", "\\|")
                            + " |")
                .toList());
  }

  @Test
  void everyExplanationIsWhole() {
    assertThat(Explanation.kinds())
        .allSatisfy(
            told ->
                assertThat(List.of(told.meaning(), told.cure(), told.repeat()))
                    .allSatisfy(text -> assertThat(text).isNotBlank().doesNotEndWith(".")));
  }
}
