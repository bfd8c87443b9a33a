package run.mags.ssh;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;

/**
 * A command for the shell of a sandbox. One word is a shell command line, kept as it is, be it one
 * line or a whole script; several words are an argument list, each of which arrives byte for byte.
 *
 * @param words at least one
 * @param environment set for the command and what it starts; names are shell identifiers. Values
 *     may be secrets: they are never part of an argument, which every user of a machine can read
 * @param workdir the directory to run in, relative to the home directory; null for the home
 *     directory itself
 */
public record RemoteCommand(List<String> words, Map<String, String> environment, String workdir) {
  /**
   * Checks the parts and copies them.
   *
   * @throws CliException of kind USAGE if a text cannot be passed to a program (a NUL, half a
   *     surrogate pair) or a name cannot be that of a variable
   */
  public RemoteCommand {
    words = List.copyOf(words);
    environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
    if (words.isEmpty()) {
      throw new CliException(ErrorKind.USAGE, "no command");
    }
    words.forEach(word -> check(word, "the command"));
    environment.forEach(RemoteCommand::checkVariable);
    if (workdir != null) {
      check(workdir, "the working directory");
      if (workdir.isEmpty()) {
        throw new CliException(ErrorKind.USAGE, "the working directory is empty");
      }
    }
  }

  /**
   * Becomes the user's shell. Its name comes from the user database, where there is one; {@code
   * nologin} and the like are not for those who have come in already.
   */
  private static final String BECOME_LOGIN_SHELL =
      "SHELL=$(me=$(id -u); while IFS=: read -r name x uid gid gecos home shell; do"
          + " if [ \"$uid\" = \"$me\" ]; then printf %s \"$shell\"; break; fi;"
          + " done 2>/dev/null </etc/passwd); "
          + "case $SHELL in */nologin | */false) SHELL= ;; esac; "
          + "{ [ -f \"$SHELL\" ] && [ -x \"$SHELL\" ]; } || SHELL=/bin/sh; "
          + "export SHELL; exec \"$SHELL\" -l";

  /** The words alone. */
  public static RemoteCommand of(String... words) {
    return new RemoteCommand(List.of(words), Map.of(), null);
  }

  /** The user's login shell itself, which takes its commands from its input. */
  public static RemoteCommand loginShell(Map<String, String> environment, String workdir) {
    return new RemoteCommand(List.of(BECOME_LOGIN_SHELL), environment, workdir);
  }

  /**
   * The script that a login shell runs: it goes to the home directory, then to the working
   * directory (or ends with 125 when there is none), sets the environment, and runs the command.
   */
  String script() {
    return script("", " || exit 125", exports());
  }

  /**
   * The same.
   *
   * @param mark a sign in place of the shell's own words on that directory, or null
   * @param left where the environment was left before, or null if it is part of the script
   */
  String script(WorkdirMark mark, LeftEnvironment left) {
    String leave = mark == null ? " || exit 125" : " 2>&1 || { " + mark.script() + "; exit 125; }";
    return left == null ? script("", leave, exports()) : script(left.take(), leave, left.set());
  }

  private String script(String first, String leave, String set) {
    StringBuilder script = new StringBuilder(256);
    script.append(first).append("cd \"${HOME:-/root}\" 2>/dev/null || :; ");
    if (workdir != null) {
      script.append("CDPATH= cd -- ").append(quote(workdir.equals("-") ? "./-" : workdir));
      script.append(" >/dev/null").append(leave).append("; ");
    }
    script.append(set);
    if (words.size() == 1) {
      return script.append(words.get(0)).toString();
    }
    for (String word : words) {
      script.append(quote(word)).append(' ');
    }
    return script.substring(0, script.length() - 1);
  }

  /** What a shell does to set the environment; it ends with a blank, unless there is none. */
  String exports() {
    StringBuilder exports = new StringBuilder();
    for (Map.Entry<String, String> variable : environment.entrySet()) {
      exports.append("export ").append(variable.getKey()).append('=');
      exports.append(quote(variable.getValue())).append("; ");
    }
    return exports.toString();
  }

  /** Whether this is the login shell itself. */
  public boolean isLoginShell() {
    return words.get(0).equals(BECOME_LOGIN_SHELL);
  }

  /** The text as one word of a POSIX shell, whatever it holds. */
  static String quote(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }

  private static void checkVariable(String name, String value) {
    boolean valid = !name.isEmpty() && !isDigit(name.charAt(0));
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      valid &= c == '_' || isDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }
    if (!valid) {
      throw new CliException(
          ErrorKind.USAGE,
          "'" + name + "' is no name of an environment variable",
          "a name has letters, digits and underscores, and does not begin with a digit");
    }
    check(Objects.requireNonNull(value), "the value of " + name);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static void check(String text, String what) {
    if (text.indexOf('\0') >= 0) {
      throw new CliException(
          ErrorKind.USAGE,
          what + " holds a NUL byte, which no program can be given",
          "send binary data through standard input");
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        throw new CliException(
            ErrorKind.USAGE, what + " holds half a character (a lone surrogate)");
      }
    }
  }
}
