package run.mags.completion;

import java.util.ArrayList;
import java.util.List;

/** Finds what may stand at the cursor. */
public final class Completer {
  /** What a shell can complete itself. */
  public enum Others {
    /** Nothing. */
    NONE,
    /** The names of files. */
    FILES,
    /** The names of directories. */
    DIRECTORIES
  }

  /** Where the names come from that only the API knows. */
  public interface Names {
    /**
     * The names of a kind; none where they cannot be had at once.
     *
     * @param local whether those of the local backend are meant, by {@code --local}
     */
    List<Candidate> of(Kind kind, boolean local);
  }

  /**
   * What suits.
   *
   * @param others what the shell is to add
   * @param candidates the words, all that there are, whatever has been typed
   */
  public record Answer(Others others, List<Candidate> candidates) {
    private static final Answer NOTHING = new Answer(Others.NONE, List.of());
  }

  private final CommandTable table;
  private final Names names;

  /** Finds commands and options in {@code table}, and the rest by {@code names}. */
  public Completer(CommandTable table, Names names) {
    this.table = table;
    this.names = names;
  }

  /** What suits at the end of {@code line}. */
  public Answer complete(TypedLine line) {
    CommandTable.Command root = table.command("");
    CommandTable.Command command = root;
    int arguments = 0;
    boolean local = false;
    boolean onlyArguments = false;
    String wanted = null;
    for (String word : line.before()) {
      if (wanted != null) {
        wanted = null;
      } else if (command.isRemote() && arguments > 0) {
        return Answer.NOTHING;
      } else if (!onlyArguments && word.equals("--")) {
        onlyArguments = command != root;
      } else if (!onlyArguments && word.length() > 1 && word.startsWith("-")) {
        local |= word.equals("--local");
        wanted = expects(command, root, word);
      } else {
        CommandTable.Command below = arguments == 0 ? command.below(word) : null;
        command = below == null ? command : below;
        arguments += below == null ? 1 : 0;
      }
    }
    if (command == root && arguments > 0) {
      return Answer.NOTHING;
    }
    if (wanted != null) {
      return value(wanted, line.current(), "", local);
    }
    if (command.isRemote() && arguments > 0) {
      return Answer.NOTHING;
    }
    if (!onlyArguments && line.current().startsWith("-")) {
      return option(command, root, line.current(), local);
    }
    return argument(command, arguments, line, local);
  }

  /** What the next word is to be after this option; null if it is one of its own. */
  private static String expects(
      CommandTable.Command command, CommandTable.Command root, String word) {
    boolean hasValue = word.startsWith("--") ? word.indexOf('=') >= 0 : word.length() > 2;
    String value = hasValue ? null : valueOf(command, root, word);
    return value == null || value.isEmpty() ? null : value;
  }

  private static String valueOf(
      CommandTable.Command command, CommandTable.Command root, String name) {
    String value = command.valueOf(name);
    return value == null ? root.valueOf(name) : value;
  }

  private Answer option(
      CommandTable.Command command, CommandTable.Command root, String typed, boolean local) {
    int equals = typed.indexOf('=');
    if (equals > 0) {
      String value = valueOf(command, root, typed.substring(0, equals));
      return value == null || value.isEmpty()
          ? Answer.NOTHING
          : value(value, typed.substring(equals + 1), typed.substring(0, equals + 1), local);
    }
    List<Candidate> options = new ArrayList<>(command.options());
    if (command != root) {
      for (Candidate global : root.options()) {
        // Only at the root, and without a command, the version is asked for.
        if (!global.value().equals("-v") && !global.value().equals("--version")) {
          options.add(global);
        }
      }
    }
    return new Answer(Others.NONE, options);
  }

  private Answer argument(
      CommandTable.Command command, int arguments, TypedLine line, boolean local) {
    List<Candidate> candidates = new ArrayList<>();
    if (arguments == 0) {
      candidates.addAll(command.commands());
    }
    String kind = command.argument(arguments);
    if (kind == null) {
      return new Answer(Others.NONE, candidates);
    }
    if (kind.equals("commands")) {
      return commands(line.before());
    }
    Answer values = value(kind, line.current(), "", local);
    candidates.addAll(values.candidates());
    List<Candidate> unused = new ArrayList<>();
    for (Candidate candidate : candidates) {
      if (!line.before().contains(candidate.value()) || arguments == 0) {
        unused.add(candidate);
      }
    }
    return new Answer(values.others(), unused);
  }

  /** The commands that may follow in {@code help cron}, options left out. */
  private Answer commands(List<String> before) {
    CommandTable.Command at = table.command("");
    boolean begun = false;
    for (String word : before) {
      if (begun && !word.startsWith("-")) {
        at = at == null ? null : at.below(word);
      }
      begun |= !word.startsWith("-");
    }
    return at == null ? Answer.NOTHING : new Answer(Others.NONE, at.commands());
  }

  private Answer value(String kind, String typed, String prefix, boolean local) {
    if (kind.equals("files")) {
      return new Answer(Others.FILES, List.of());
    }
    if (kind.equals("dirs")) {
      return new Answer(Others.DIRECTORIES, List.of());
    }
    List<Candidate> values =
        kind.startsWith("=")
            ? choices(kind)
            : live(kind, typed.startsWith("-") ? "" : typed, local);
    if (prefix.isEmpty()) {
      return new Answer(Others.NONE, values);
    }
    List<Candidate> whole = new ArrayList<>();
    for (Candidate value : values) {
      whole.add(new Candidate(prefix + value.value(), value.description()));
    }
    return new Answer(Others.NONE, whole);
  }

  private static List<Candidate> choices(String kind) {
    List<Candidate> choices = new ArrayList<>();
    for (int begin = 1, end; begin < kind.length(); begin = end + 1) {
      end = kind.indexOf(',', begin);
      end = end < 0 ? kind.length() : end;
      choices.add(new Candidate(kind.substring(begin, end), ""));
    }
    return choices;
  }

  /** Names of a kind; an id only where one has been begun, since nobody reads those. */
  private List<Candidate> live(String kind, String typed, boolean local) {
    boolean onlyLive = kind.equals("live");
    Kind known = onlyLive ? Kind.JOBS : Kind.of(kind);
    List<Candidate> found = new ArrayList<>();
    if (known == null) {
      return found;
    }
    for (Candidate name : names.of(known, local)) {
      boolean ended = known == Kind.JOBS && onlyLive && !isLive(name.description());
      boolean id = isId(name.value()) && (typed.isEmpty() || !name.value().startsWith(typed));
      // A name that looks like an option would be taken for one.
      if (!ended && !id && !name.value().startsWith("-")) {
        found.add(name);
      }
    }
    return found;
  }

  private static boolean isLive(String description) {
    return description.startsWith("running") || description.startsWith("sleeping");
  }

  /** The form of ids of the API: 8-4-4-4-12 lower-case hexadecimal digits. */
  static boolean isId(String text) {
    if (text.length() != 36) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
      if (dash ? c != '-' : (c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        return false;
      }
    }
    return true;
  }
}
