package run.mags;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import run.mags.command.ExplainCommand;
import run.mags.command.Version;

/** Writes the manual, a page for each command, out of the option parser's models. For the build. */
final class ManWriter {
  private final CommandLine line;
  private final CommandSpec spec;
  private final String date;
  private final StringBuilder page = new StringBuilder();

  private ManWriter(CommandLine line, String date) {
    this.line = line;
    this.spec = line.getCommandSpec();
    this.date = date;
  }

  /** Writes them to the directory {@code args[0]}, dated {@code args[1]}. */
  public static void main(String[] args) throws IOException {
    Path directory = Files.createDirectories(Path.of(args[0]));
    String date = args[1].substring(0, "2026-01-01".length());
    CommandLine root =
        new Invocation(null, new String[0]).commandLine(new PrintWriter(Writer.nullWriter()));
    write(root, directory, date);
  }

  private static void write(CommandLine line, Path directory, String date) throws IOException {
    Files.writeString(directory.resolve(name(line) + ".1"), new ManWriter(line, date).text());
    for (CommandLine below : below(line)) {
      write(below, directory, date);
    }
  }

  /** Each command once, whatever its aliases. */
  private static List<CommandLine> below(CommandLine line) {
    return line.getSubcommands().values().stream().distinct().toList();
  }

  private static String name(CommandLine line) {
    return line.getCommandSpec().qualifiedName("-");
  }

  private String text() {
    String title = escaped(name(line).toUpperCase(java.util.Locale.ROOT));
    page.append(".TH ").append(title).append(" 1 ").append(date);
    page.append(" \"mags ").append(Version.text()).append("\" \"Mags Manual\"\n");
    String[] description = spec.usageMessage().description();
    section("NAME");
    page.append(escaped(name(line))).append(" \\- ").append(prose(description[0])).append('\n');
    section("SYNOPSIS");
    line.setUsageHelpWidth(400);
    String synopsis = line.getHelp().synopsis(0).strip();
    String command = spec.qualifiedName();
    page.append(".B ").append(escaped(command)).append('\n');
    paragraph(synopsis.substring(Math.min(synopsis.length(), command.length())));
    section("DESCRIPTION");
    for (String sentence : description) {
      paragraph(format(sentence));
    }
    if (spec.aliases().length > 0) {
      paragraph("Also called " + String.join(", ", spec.aliases()) + ".");
    }
    arguments();
    commands();
    if (spec.parent() == null) {
      exitStatus();
    }
    examples();
    section("SEE ALSO");
    paragraph(seeAlso());
    return page.toString();
  }

  private void section(String heading) {
    page.append(".SH ").append(heading).append('\n');
  }

  private void arguments() {
    List<PositionalParamSpec> positional = spec.positionalParameters();
    if (!positional.isEmpty()) {
      section("ARGUMENTS");
      for (PositionalParamSpec argument : positional) {
        item(argument.paramLabel(), argument.description());
      }
    }
    List<OptionSpec> options = new ArrayList<>();
    for (OptionSpec option : spec.options()) {
      if (!option.hidden() && (spec.parent() == null || !option.inherited())) {
        options.add(option);
      }
    }
    if (!options.isEmpty()) {
      section("OPTIONS");
      for (OptionSpec option : options) {
        String value = option.arity().max() == 0 ? "" : " " + option.paramLabel();
        item(String.join(", ", option.names()) + value, option.description());
      }
    }
  }

  private void item(String name, String... description) {
    page.append(".TP\n.B ").append(escaped(name)).append('\n');
    paragraph(format(String.join(" ", description)));
  }

  private void commands() {
    List<CommandLine> below = below(line);
    if (!below.isEmpty()) {
      section("COMMANDS");
      for (CommandLine command : below) {
        item(command.getCommandName(), command.getCommandSpec().usageMessage().description()[0]);
      }
    }
  }

  private void exitStatus() {
    section("EXIT STATUS");
    for (Map.Entry<String, String> code : ExplainCommand.exitCodes().entrySet()) {
      item(code.getKey(), code.getValue().replace("%", "%%"));
    }
  }

  private void examples() {
    String[] footer = spec.usageMessage().footer();
    if (footer.length > 0) {
      section("EXAMPLES");
      page.append(".nf\n");
      for (String example : footer) {
        String text = format(example).stripTrailing();
        page.append(text.isEmpty() ? "\\&" : escaped(text)).append('\n');
      }
      page.append(".fi\n");
    }
  }

  private String seeAlso() {
    List<String> pages = new ArrayList<>();
    for (CommandLine above = line.getParent(); above != null; above = above.getParent()) {
      pages.add(0, name(above) + "(1)");
    }
    for (CommandLine command : below(line)) {
      pages.add(name(command) + "(1)");
    }
    return String.join(", ", pages);
  }

  private void paragraph(String text) {
    String words = text.strip();
    if (!words.isEmpty()) {
      page.append(escaped(words)).append('\n');
    }
  }

  private static String prose(String text) {
    return escaped(format(text).replaceFirst("\\.$", ""));
  }

  /** The texts of the models are format strings. */
  private static String format(String text) {
    return String.format(text).replace("`", "");
  }

  /** Text as roff takes it for text. */
  private static String escaped(String text) {
    String safe = text.replace("\\", "\\e").replace("-", "\\-").replace("\u2026", "...");
    return safe.startsWith(".") || safe.startsWith("'") ? "\\&" + safe : safe;
  }
}
