package run.mags;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import run.mags.command.ReturnsRemoteStatus;

/** The model of the command line as a page of Markdown. */
final class CommandsPage {
  private static final Pattern DEFAULT = Pattern.compile(" \\(default:? ([^)]+)\\)");

  private static final String HEAD =
      """
      # Commands

      Made from the program itself: change the commands, not this page. `mags help COMMAND` tells the
      same. Options may stand before or after the arguments; only where the exit code is that of what
      is run, everything from the first argument on belongs to what is run. Exit codes are those of
      [exit-codes.md](exit-codes.md). `TIME` is a number with `ms`, `s`, `m` or `h`, as in `90s`. A job
      or sandbox is given by its name, by its workspace, or by its id.

      """;

  private final StringBuilder page = new StringBuilder(HEAD);

  private CommandsPage() {}

  /** The page of this command and all below it, in the order of the help. */
  static String of(CommandLine root) {
    CommandsPage made = new CommandsPage();
    made.contents(root, 0);
    made.command(root, 2);
    return made.page.toString();
  }

  private static List<CommandLine> below(CommandLine line) {
    // An alias leads to the same command a second time.
    return line.getSubcommands().values().stream().distinct().toList();
  }

  private void contents(CommandLine line, int depth) {
    CommandSpec spec = line.getCommandSpec();
    String name = spec.qualifiedName();
    page.append("  ".repeat(depth)).append("- [`").append(name).append("`](#");
    page.append(name.replace(' ', '-')).append("): ");
    page.append(plain(spec.usageMessage().description()[0])).append('\n');
    below(line).forEach(command -> contents(command, depth + 1));
  }

  private void command(CommandLine line, int level) {
    CommandSpec spec = line.getCommandSpec();
    UsageMessageSpec usage = spec.usageMessage();
    page.append('\n').append("#".repeat(level)).append(' ').append(spec.qualifiedName());
    page.append("\n\n    ").append(synopsis(line)).append("\n\n");
    page.append(plain(String.join(" ", usage.description()))).append('\n');
    aliases(spec);
    parameters(spec);
    options(spec);
    exitCodes(line);
    examples(usage.footer());
    int next = spec.parent() == null ? level : Math.min(level + 1, 4);
    below(line).forEach(command -> command(command, next));
  }

  private static String synopsis(CommandLine line) {
    line.setUsageHelpWidth(200);
    return line.getHelp().synopsis(0).strip();
  }

  private void aliases(CommandSpec spec) {
    if (spec.aliases().length > 0) {
      page.append("\nAlso called `").append(String.join("`, `", spec.aliases())).append("`.\n");
    }
  }

  private void parameters(CommandSpec spec) {
    List<List<String>> rows = new ArrayList<>();
    for (PositionalParamSpec parameter : spec.positionalParameters()) {
      String many = parameter.arity().max() > 1 ? "..." : "";
      String label = parameter.paramLabel() + many;
      String word = parameter.arity().min() == 0 ? "[" + label + "]" : label;
      rows.add(row("`" + word + "`", parameter));
    }
    table("argument", rows);
  }

  private void options(CommandSpec spec) {
    List<List<String>> rows = new ArrayList<>();
    for (OptionSpec option : spec.options()) {
      if (!option.hidden() && (spec.parent() == null || !option.inherited())) {
        rows.add(row(names(option), option));
      }
    }
    table(spec.parent() == null ? "global option" : "option", rows);
  }

  private static String names(OptionSpec option) {
    String value = option.arity().max() == 0 ? "" : " " + option.paramLabel();
    return "`" + String.join("`, `", option.names()) + value + "`";
  }

  private static List<String> row(String name, ArgSpec argument) {
    String text = plain(String.join(" ", argument.description()));
    Matcher told = DEFAULT.matcher(text);
    String standard = argument.isOption() && argument.required() ? "*required*" : "";
    if (told.find()) {
      standard = told.group(1);
      text = told.replaceFirst("");
    } else if (argument.defaultValue() != null) {
      standard = argument.defaultValue();
    }
    return List.of(name, standard, text.replace(" Required.", ""));
  }

  /** A table; a column that is empty in every row is left out. */
  private void table(String head, List<List<String>> rows) {
    if (rows.isEmpty()) {
      return;
    }
    boolean standards = rows.stream().anyMatch(row -> !row.get(1).isEmpty());
    String middle = standards ? " | default" : "";
    page.append("\n| ").append(head).append(middle).append(" | meaning |\n");
    page.append(standards ? "|---|---|---|\n" : "|---|---|\n");
    for (List<String> row : rows) {
      List<String> cells = standards ? row : List.of(row.get(0), row.get(2));
      page.append("| ").append(String.join(" | ", cells.stream().map(CommandsPage::cell).toList()));
      page.append(" |\n");
    }
  }

  private static String cell(String text) {
    return text.replace("|", "\\|");
  }

  private void exitCodes(CommandLine line) {
    if (line.getCommand() instanceof ReturnsRemoteStatus) {
      page.append("\nExit code: that of what is run; 125 is a failure of mags itself.\n");
    }
  }

  private void examples(String[] footer) {
    List<String> lines = List.of(footer).stream().map(CommandsPage::format).toList();
    List<String> calls = lines.stream().filter(line -> line.startsWith("  ")).toList();
    if (!calls.isEmpty()) {
      page.append("\nExamples:\n\n");
      calls.forEach(call -> page.append("  ").append(call).append('\n'));
    }
  }

  /** Prose: what Markdown would take for its own is escaped outside of code. */
  private static String plain(String text) {
    return format(text).replace("<", "&lt;").replace("*", "\\*");
  }

  /** The texts of the model are format strings. */
  private static String format(String text) {
    return String.format(text);
  }
}
