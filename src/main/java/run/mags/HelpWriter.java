package run.mags;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;

/** Writes the pages of {@link StoredHelp}. Used by the build only. */
final class HelpWriter {
  private final Path classes;

  private HelpWriter(Path classes) {
    this.classes = classes;
  }

  /** Writes them below the directory {@code args[0]}. */
  public static void main(String[] args) throws IOException {
    CommandLine root =
        new Invocation(null, new String[0]).commandLine(new PrintWriter(Writer.nullWriter()));
    new HelpWriter(Path.of(args[0])).write(root, "");
  }

  private void write(CommandLine line, String path) throws IOException {
    for (Ansi colors : new Ansi[] {Ansi.OFF, Ansi.ON}) {
      Path file = classes.resolve("." + StoredHelp.resource(path, colors == Ansi.ON)).normalize();
      Files.createDirectories(file.getParent());
      Files.writeString(file, line.getUsageMessage(Help.defaultColorScheme(colors)));
    }
    for (Map.Entry<String, CommandLine> below : line.getSubcommands().entrySet()) {
      write(below.getValue(), path + "_" + below.getKey());
    }
  }
}
