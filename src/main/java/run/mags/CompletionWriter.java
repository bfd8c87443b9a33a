package run.mags;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import run.mags.command.TakesRemoteCommand;
import run.mags.completion.CommandTable;
import run.mags.error.ErrorKind;

/** Writes the table of {@link CommandTable} out of the option parser's models. For the build. */
final class CompletionWriter {
  private static final String JOBS = "jobs";
  private static final String NONE = "none";
  private static final String WORKSPACES = "workspaces";

  /** What the words of the help stand for, where that is the same everywhere. */
  private static final Map<String, String> BY_LABEL =
      Map.ofEntries(
          Map.entry("WORKSPACE", WORKSPACES),
          Map.entry("WORKSPACE|ID", WORKSPACES),
          Map.entry("FILE", "files"),
          Map.entry("PATH", "files"),
          Map.entry("DIR|TAR", "files"),
          Map.entry("DIR", "dirs"),
          Map.entry("STATE", "=running,sleeping,completed,stopped"),
          Map.entry("STATUS", "=running,sleeping,completed,error,stopped,accepted"),
          Map.entry("SOURCE", "=stdout,stderr,system"),
          Map.entry("METHOD|PATH", "=GET,POST,PATCH,PUT,DELETE,HEAD"),
          Map.entry("KIND|CODE", "=" + String.join(",", kinds())));

  /** What is meant by a word of one command only: the command, a blank, and the word. */
  private static final Map<String, String> BY_COMMAND =
      Map.ofEntries(
          // A path of the API.
          Map.entry("api PATH", NONE),
          Map.entry("exec NAME|ID", "live"),
          Map.entry("ssh NAME|ID", "live"),
          Map.entry("url NAME|ID", "live"),
          Map.entry("url alias NAME|ID", "live"),
          Map.entry("stop NAME|ID", "live"),
          Map.entry("set NAME|ID", "live"),
          Map.entry("list NAME", JOBS),
          Map.entry("workspace delete ID", WORKSPACES),
          Map.entry("url alias remove SUBDOMAIN", "aliases"),
          Map.entry("cron history NAME|ID", "cron"),
          Map.entry("cron enable NAME|ID", "cron"),
          Map.entry("cron disable NAME|ID", "cron"),
          Map.entry("cron remove NAME|ID", "cron"),
          // A directory of the sandbox.
          Map.entry("exec DIR", NONE),
          Map.entry("ssh DIR", NONE),
          Map.entry("help COMMAND", "commands"));

  private final List<String> lines = new ArrayList<>();

  private static List<String> kinds() {
    List<String> words = new ArrayList<>();
    for (ErrorKind kind : ErrorKind.values()) {
      words.add(kind.word());
    }
    return words;
  }

  private CompletionWriter() {}

  /** Writes it below the directory {@code args[0]}. */
  public static void main(String[] args) throws IOException {
    Path file = Path.of(args[0]).resolve("." + CommandTable.RESOURCE).normalize();
    Files.createDirectories(file.getParent());
    Files.writeString(file, table());
  }

  /** The table. */
  static String table() {
    CompletionWriter writer = new CompletionWriter();
    writer.command(
        new Invocation(null, new String[0]).commandLine(new PrintWriter(Writer.nullWriter())), "");
    return String.join("\n", writer.lines) + "\n";
  }

  private void command(CommandLine line, String path) {
    CommandSpec spec = line.getCommandSpec();
    String flags = line.getCommand() instanceof TakesRemoteCommand ? "r" : "";
    add("@", path, flags, text(spec.usageMessage().description()));
    for (OptionSpec option : spec.options()) {
      if (!option.hidden() && (path.isEmpty() || !option.inherited())) {
        String value = option.arity().max() == 0 ? "" : value(path, option);
        add("-", String.join(",", option.names()), value, text(option.description()));
      }
    }
    for (PositionalParamSpec argument : spec.positionalParameters()) {
      add("+", value(path, argument), argument.arity().max() > 1 ? "many" : "one", "");
    }
    String above = path.isEmpty() ? "" : path + " ";
    line.getSubcommands()
        .forEach(
            (name, below) -> {
              String own = above + below.getCommandName();
              if (!name.equals(below.getCommandName())) {
                add("=", above + name, own, "");
              } else if (!below.getCommandSpec().usageMessage().hidden()) {
                command(below, own);
              }
            });
  }

  private static String value(String path, ArgSpec arg) {
    String byCommand = BY_COMMAND.get(path + " " + arg.paramLabel());
    if (byCommand != null) {
      return byCommand;
    }
    if (arg.type().isEnum()) {
      List<String> words = new ArrayList<>();
      for (Object constant : arg.type().getEnumConstants()) {
        words.add(constant.toString().toLowerCase(Locale.ROOT));
      }
      return "=" + String.join(",", words);
    }
    if (arg.paramLabel().equals("NAME|ID")) {
      return JOBS;
    }
    return BY_LABEL.getOrDefault(arg.paramLabel(), NONE);
  }

  /** The first sentence of a description, whose texts are format strings. */
  private static String text(String[] description) {
    String text = String.format(String.join(" ", description)).replaceAll("\\s+", " ");
    return text.replaceFirst("(?<=[a-z)])[.;] .*|\\.$", "");
  }

  private void add(String mark, String first, String second, String third) {
    lines.add(mark + "\t" + first + "\t" + second + "\t" + third);
  }
}
