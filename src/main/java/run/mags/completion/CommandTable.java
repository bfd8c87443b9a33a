package run.mags.completion;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The commands and their options as the build has written them out of the option parser's models,
 * one line each, its cells parted by tabs: {@code @ PATH FLAGS DESCRIPTION} is a command (flag
 * {@code r}: from its second argument on everything is the remote's; its own is {@code ""} for the
 * program itself), {@code = PATH ALIAS-OF} another name, {@code - NAMES VALUE DESCRIPTION} an
 * option of the command above, with its names parted by commas, and {@code + VALUE MANY} an
 * argument. VALUE is empty for an option that takes none, {@code =a,b} for a choice, else a word.
 */
public final class CommandTable {
  /** The resource. */
  public static final String RESOURCE = "/run/mags/completion/commands.tsv";

  private final List<String[]> lines;

  private CommandTable(List<String[]> lines) {
    this.lines = lines;
  }

  /** The table of this program. */
  public static CommandTable load() throws IOException {
    try (InputStream in = CommandTable.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IOException("no resource " + RESOURCE);
      }
      return of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  /** The table that {@code text} tells. */
  static CommandTable of(String text) {
    List<String[]> lines = new ArrayList<>();
    int begin = 0;
    for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', begin)) {
      lines.add(cells(text.substring(begin, end)));
      begin = end + 1;
    }
    return new CommandTable(lines);
  }

  private static String[] cells(String line) {
    String[] cells = {"", "", "", ""};
    int begin = 0;
    for (int i = 0; i < cells.length; i++) {
      int end = line.indexOf('\t', begin);
      cells[i] = end < 0 ? line.substring(begin) : line.substring(begin, end);
      if (end < 0) {
        break;
      }
      begin = end + 1;
    }
    return cells;
  }

  /** The command of this path, its aliases resolved; null if there is none. */
  Command command(String path) {
    for (int i = 0; i < lines.size(); i++) {
      String[] line = lines.get(i);
      if (line[1].equals(path)) {
        if (line[0].equals("@")) {
          return new Command(i);
        }
        if (line[0].equals("=")) {
          return command(line[2]);
        }
      }
    }
    return null;
  }

  /** A command of the table. */
  final class Command {
    private final int at;

    private Command(int at) {
      this.at = at;
    }

    String path() {
      return lines.get(at)[1];
    }

    /** Whether what follows its first argument belongs to the remote side. */
    boolean isRemote() {
      return lines.get(at)[2].equals("r");
    }

    /** The command below it that is called so, or null. */
    Command below(String name) {
      return command(path().isEmpty() ? name : path() + " " + name);
    }

    /** The names of the commands below it. */
    List<Candidate> commands() {
      String prefix = path().isEmpty() ? "" : path() + " ";
      List<Candidate> found = new ArrayList<>();
      for (String[] line : lines) {
        String name = line[1].startsWith(prefix) ? line[1].substring(prefix.length()) : "";
        if (line[0].equals("@") && !name.isEmpty() && name.indexOf(' ') < 0) {
          found.add(new Candidate(name, line[3]));
        }
      }
      return found;
    }

    /** All names of its options, each with the option's description. */
    List<Candidate> options() {
      List<Candidate> found = new ArrayList<>();
      for (String[] line : own("-")) {
        for (int begin = 0, end; begin < line[1].length(); begin = end + 1) {
          end = line[1].indexOf(',', begin);
          end = end < 0 ? line[1].length() : end;
          found.add(new Candidate(line[1].substring(begin, end), line[3]));
        }
      }
      return found;
    }

    /** What its option of this name takes: empty for nothing; null if it has no such option. */
    String valueOf(String option) {
      for (String[] line : own("-")) {
        if (("," + line[1] + ",").contains("," + option + ",")) {
          return line[2];
        }
      }
      return null;
    }

    /** What its argument number {@code index} is, from 0; null if it takes none so far out. */
    String argument(int index) {
      List<String[]> arguments = own("+");
      if (arguments.isEmpty()) {
        return null;
      }
      String[] last = arguments.get(Math.min(index, arguments.size() - 1));
      return index < arguments.size() || last[2].equals("many") ? last[1] : null;
    }

    private List<String[]> own(String mark) {
      List<String[]> found = new ArrayList<>();
      for (int i = at + 1; i < lines.size() && !lines.get(i)[0].equals("@"); i++) {
        if (lines.get(i)[0].equals(mark)) {
          found.add(lines.get(i));
        }
      }
      return found;
    }
  }
}
