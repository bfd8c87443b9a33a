package run.mags.local.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import run.mags.error.CliException;

class ExactCommandTest {
  private static final Map<String, String> ODD =
      Map.of(
          "A", "é 試 🐦",
          "B", "\n'x' \"$y\" `z` \\n %s %% \t\n\n",
          "C", "",
          "mags_exact_", "-n é",
          "PATH", "/usr/bin:/bin");

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void passesEveryByte(boolean exact) throws Exception {
    if (exact && !exactHere()) {
      return;
    }
    List<String> words =
        List.of("é", "", " ", "-n", "a'b\"c$d`e\\f%g\n", "two\nlines\n\n", "🐦".repeat(30_000));
    List<String> argv = new ArrayList<>(List.of("sh", "-c", "cat /proc/self/environ; exit 3"));
    List<String> print = new ArrayList<>(List.of("printf", "%s|"));
    print.addAll(words);

    SandboxFixture.Ran environment =
        SandboxFixture.run(ExactCommand.of(List.of(), ODD, argv, exact), "");
    SandboxFixture.Ran arguments =
        SandboxFixture.run(ExactCommand.of(List.of(), ODD, print, exact), "");

    assertThat(environment.exit()).isEqualTo(3);
    assertThat(variables(environment.out())).containsAllEntriesOf(ODD);
    assertThat(variables(environment.out()).keySet())
        .allMatch(name -> ODD.containsKey(name) || name.equals("PWD") || name.equals("_"));
    assertThat(arguments.out()).isEqualTo(String.join("|", words) + "|");
  }

  @Test
  void keepsAsciiOutOfTheShell() {
    ProcessBuilder builder =
        ExactCommand.of(List.of("way"), Map.of("a.b", "c"), List.of("x"), false);

    // Before them stands what undoes ignored signals, where this JVM was started with some.
    assertThat(builder.command()).endsWith("way", "x").doesNotContain("/bin/sh", "sh");
    assertThat(builder.environment()).containsOnly(Map.entry("a.b", "c"));
  }

  @Test
  void keepsTheLoadersVariablesAwayFromTheWay() {
    Map<String, String> environment = Map.of("LD_PRELOAD", "/no/such.so", "PATH", "/usr/bin:/bin");

    SandboxFixture.Ran ran =
        SandboxFixture.run(
            ExactCommand.of(
                List.of("/bin/sh", "-c", "exec \"$@\"", "sh"), environment, List.of("env"), true),
            "");

    assertThat(ran.out()).contains("LD_PRELOAD=/no/such.so");
    assertThat(ran.err().lines()).hasSize(1);
  }

  @Test
  void putsNoValueIntoTheArguments() {
    ProcessBuilder builder =
        ExactCommand.of(List.of(), Map.of("A", "secret é"), List.of("true", "é"), false);

    assertThat(String.join(" ", builder.command())).doesNotContain("secret").doesNotContain("163");
  }

  @Test
  void refusesWhatNoProcessCanHave() {
    for (Map<String, String> bad :
        List.of(Map.of("", "x"), Map.of("a=b", "x"), Map.of("a\0", "x"), Map.of("a", "\0"))) {
      assertThatThrownBy(() -> ExactCommand.of(List.of(), bad, List.of("true")))
          .isInstanceOf(CliException.class)
          .hasMessageStartingWith("cannot pass");
    }
    assertThatThrownBy(() -> ExactCommand.of(List.of(), Map.of(), List.of("a\0")))
        .isInstanceOf(CliException.class);
    assertThatThrownBy(
            () -> ExactCommand.of(List.of(), Map.of("a.b", "x", "c", "é"), List.of("x"), false))
        .isInstanceOf(CliException.class)
        .hasMessageContaining("a.b");
  }

  /** The case that it is there for: a JVM in the C locale, as in most containers. */
  @Test
  void isExactInTheCLocale() throws Exception {
    Path out = directory.resolve("out");

    ChildJvm.run(Map.of("LC_ALL", "C"), CLocale.class, out.toString());

    assertThat(Files.readString(out, StandardCharsets.UTF_8)).isEqualTo("é 試|é 試 🐦|\n");
  }

  /** Runs in the child. */
  static final class CLocale {
    private CLocale() {}

    public static void main(String[] arguments) throws Exception {
      Process process =
          ExactCommand.of(
                  List.of(),
                  Map.of("A", "é 試 🐦", "PATH", "/usr/bin:/bin"),
                  List.of("sh", "-c", "printf '%s|%s|\\n' 'é 試' \"$A\""))
              .redirectOutput(Path.of(arguments[0]).toFile())
              .start();
      process.waitFor();
    }
  }

  private static boolean exactHere() {
    return StandardCharsets.UTF_8.name().equals(System.getProperty("sun.jnu.encoding"));
  }

  private static Map<String, String> variables(String environ) {
    Map<String, String> seen = new TreeMap<>();
    for (String variable : environ.split("\0", -1)) {
      int equals = variable.indexOf('=');
      if (equals > 0) {
        seen.put(variable.substring(0, equals), variable.substring(equals + 1));
      }
    }
    return seen;
  }
}
