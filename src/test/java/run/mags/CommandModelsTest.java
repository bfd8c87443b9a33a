package run.mags;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.Writer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * The models that {@code src/processor} writes are those that picocli reads from the annotations.
 */
class CommandModelsTest {
  static Stream<CommandSpec> commands() {
    List<CommandSpec> all = new ArrayList<>();
    collect(
        new Invocation(null, new String[0]).commandLine(new PrintWriter(Writer.nullWriter())), all);
    return all.stream();
  }

  private static void collect(CommandLine line, List<CommandSpec> all) {
    all.add(line.getCommandSpec());
    for (CommandLine below : line.getSubcommands().values()) {
      collect(below, all);
    }
  }

  @ParameterizedTest
  @MethodSource("commands")
  void saysWhatTheAnnotationsSay(CommandSpec generated) {
    CommandSpec annotated = CommandSpec.forAnnotatedObject(generated.userObject());

    assertThat(generated.name()).isEqualTo(annotated.name());
    assertThat(generated.aliases()).isEqualTo(annotated.aliases());
    assertThat(describe(generated.usageMessage())).isEqualTo(describe(annotated.usageMessage()));
    assertThat(own(generated)).containsExactlyInAnyOrderElementsOf(own(annotated));
    assertThat(generated.positionalParameters().stream().map(CommandModelsTest::describe))
        .containsExactlyElementsOf(
            annotated.positionalParameters().stream().map(CommandModelsTest::describe).toList());
  }

  private static List<String> own(CommandSpec spec) {
    return spec.options().stream()
        .filter(option -> !option.inherited())
        .map(CommandModelsTest::describe)
        .toList();
  }

  private static String describe(UsageMessageSpec usage) {
    return String.join(
        "\n",
        Arrays.toString(usage.description()),
        Arrays.toString(usage.footer()),
        usage.footerHeading(),
        usage.synopsisHeading(),
        Arrays.toString(usage.customSynopsis()),
        Boolean.toString(usage.hidden()),
        Boolean.toString(usage.sortOptions()));
  }

  private static String describe(OptionSpec option) {
    return String.join(" ", option.names())
        + describe((ArgSpec) option)
        + option.usageHelp()
        + option.versionHelp()
        + option.negatable()
        + option.fallbackValue();
  }

  private static String describe(PositionalParamSpec parameter) {
    return parameter.index() + describe((ArgSpec) parameter);
  }

  private static String describe(ArgSpec arg) {
    return String.join(
        " ",
        arg.arity().toString(),
        arg.type().getName(),
        Arrays.toString(arg.auxiliaryTypes()),
        Arrays.toString(arg.description()),
        label(arg),
        Boolean.toString(arg.required()),
        Boolean.toString(arg.hidden()),
        String.valueOf(arg.defaultValue()),
        arg.splitRegex(),
        arg.scopeType().name(),
        Arrays.stream(arg.converters()).map(Object::getClass).toList().toString());
  }

  /** A flag's label is never shown. */
  private static String label(ArgSpec arg) {
    return arg.arity().max() == 0 ? "" : arg.paramLabel();
  }
}
