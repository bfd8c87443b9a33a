package run.mags;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;

/** The pages that the build stores are those that the commands have. */
class StoredHelpTest {
  static Stream<List<String>> commands() {
    List<List<String>> paths = new ArrayList<>();
    collect(root(), List.of(), paths);
    return paths.stream();
  }

  private static void collect(CommandLine line, List<String> path, List<List<String>> paths) {
    paths.add(path);
    for (Map.Entry<String, CommandLine> below : line.getSubcommands().entrySet()) {
      List<String> longer = new ArrayList<>(path);
      longer.add(below.getKey());
      collect(below.getValue(), longer, paths);
    }
  }

  private static CommandLine root() {
    return new Invocation(null, new String[0]).commandLine(new PrintWriter(Writer.nullWriter()));
  }

  private static String[] words(List<String> path, String first, String last) {
    List<String> words = new ArrayList<>(path);
    if (first != null) {
      words.add(0, first);
    }
    if (last != null) {
      words.add(last);
    }
    return words.toArray(String[]::new);
  }

  @ParameterizedTest
  @MethodSource("commands")
  void isWhatTheCommandSays(List<String> path) throws IOException {
    CommandLine line = root();
    for (String word : path) {
      line = line.getSubcommands().get(word);
    }
    String plain = line.getUsageMessage(Help.defaultColorScheme(Ansi.OFF));
    String colored = line.getUsageMessage(Help.defaultColorScheme(Ansi.ON));

    assertThat(StoredHelp.page(words(path, null, "--help"), false)).asString().isEqualTo(plain);
    assertThat(StoredHelp.page(words(path, null, "-h"), false)).asString().isEqualTo(plain);
    assertThat(StoredHelp.page(words(path, "help", null), false)).asString().isEqualTo(plain);
    assertThat(StoredHelp.page(words(path, "help", null), true)).asString().isEqualTo(colored);
    assertThat(colored).contains("\u001b[");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "list", "exec box --help", "help nonsense", "nonsense --help", "--json --help",
        "help ../mags", "--help list", "help help help", "run --help x", "help list --json"
      })
  void anythingElseIsLeftToTheParser(String line) throws IOException {
    assertThat(StoredHelp.page(line.split(" ", -1), false)).isNull();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void withoutAWordItIsTheWhole(boolean colored) throws IOException {
    assertThat(new String(StoredHelp.page(new String[0], colored), StandardCharsets.UTF_8))
        .contains("Commands:");
  }
}
