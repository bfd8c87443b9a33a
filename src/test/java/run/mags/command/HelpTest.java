package run.mags.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import run.mags.testing.CliResult;
import run.mags.testing.InProcessMags;

/**
 * Every help page is as it stands in {@code golden/help}; {@code -Dgolden.update=true} writes them
 * anew.
 */
class HelpTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/help");

  @TempDir private static Path home;

  private static String help(String... words) throws IOException, InterruptedException {
    List<String> args = new ArrayList<>(List.of("help"));
    args.addAll(Arrays.asList(words));
    Map<String, String> env = Map.of("HOME", home.toString());
    CliResult result = new InProcessMags().run(args, new byte[0], env, home);
    assertThat(result.exitCode()).as(result.toString()).isZero();
    assertThat(result.err()).isEmpty();
    return result.out();
  }

  /** The commands that a page lists. */
  private static List<String> listed(String page) {
    int start = page.indexOf("Commands:\n");
    if (start < 0) {
      return List.of();
    }
    return page.substring(start)
        .lines()
        .skip(1)
        .takeWhile(line -> line.startsWith("  "))
        .filter(line -> !line.startsWith("   "))
        .map(line -> line.strip().split("[ ,]", 2)[0])
        .toList();
  }

  static Stream<String> pages() throws IOException, InterruptedException {
    List<String> pages = new ArrayList<>(List.of("mags"));
    for (String command : listed(help())) {
      addPages(pages, command);
    }
    return pages.stream();
  }

  private static void addPages(List<String> pages, String page)
      throws IOException, InterruptedException {
    pages.add(page);
    for (String verb : listed(help(page.split(" ", -1)))) {
      addPages(pages, page + " " + verb);
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void isAsItStandsInItsFile(String page) throws IOException, InterruptedException {
    String text = page.equals("mags") ? help() : help(page.split(" ", -1));
    Path file = GOLDEN.resolve(page.replace(' ', '-') + ".txt");
    if (Boolean.getBoolean("golden.update")) {
      Files.createDirectories(GOLDEN);
      Files.writeString(file, text);
    }

    assertThat(file).exists();
    assertThat(text).isEqualTo(Files.readString(file, StandardCharsets.UTF_8));
    assertThat(text.lines()).allMatch(line -> line.length() <= 80);
    if (!page.equals("local")) {
      assertThat(text).contains("\nExamples:\n  mags ");
    }
  }

  @Test
  void noFileIsLeftOfACommandThatIsGone() throws IOException, InterruptedException {
    List<String> files = pages().map(page -> page.replace(' ', '-') + ".txt").toList();

    assertThat(GOLDEN.toFile().list()).containsExactlyInAnyOrderElementsOf(files);
  }

  @Test
  void isTheSameByEveryWay() throws IOException, InterruptedException {
    Map<String, String> env = Map.of("HOME", home.toString());
    InProcessMags mags = new InProcessMags();

    assertThat(mags.run(List.of("run", "--help"), new byte[0], env, home).out())
        .isEqualTo(mags.run(List.of("run", "-h"), new byte[0], env, home).out())
        .isEqualTo(help("run"));
    assertThat(mags.run(List.of(), new byte[0], env, home).out())
        .isEqualTo(mags.run(List.of("--help"), new byte[0], env, home).out())
        .isEqualTo(help());
  }
}
