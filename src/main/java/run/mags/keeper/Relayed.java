package run.mags.keeper;

/**
 * Which command lines a keeper may run: those that look at something, and {@code exec}. None of
 * them writes a file of the user's, asks a question, or takes the terminal.
 */
public final class Relayed {
  private Relayed() {}

  /** Whether a keeper may run this command line. */
  public static boolean mayBe(String[] args) {
    int at = commandAt(args);
    if (at < 0) {
      return false;
    }
    return switch (args[at]) {
      case "exec" -> isPlainExec(args, at + 1);
      case "list", "ls", "status", "usage", "pool", "whoami" -> isPlain(args, at + 1, "", "");
      case "logs" -> isPlain(args, at + 1, "f", "--follow");
      case "url" -> isPlainUrl(args, at + 1);
      case "workspace", "ws" -> isListing(args, at + 1);
      case "cron" -> isListing(args, at + 1);
      default -> false;
    };
  }

  /** Whether the command may change something, so that it must not be begun twice. */
  static boolean changes(String[] args) {
    return args[commandAt(args)].equals("exec");
  }

  /** The command's place after options that a keeper can take; -1 if there is none. */
  private static int commandAt(String[] args) {
    for (int i = 0; i < args.length; i++) {
      String arg = args[i];
      if (!arg.startsWith("-")) {
        return i;
      }
      if (arg.equals("--color")) {
        i++;
      } else if (!isGlobal(arg)) {
        return -1;
      }
    }
    return -1;
  }

  private static boolean isGlobal(String arg) {
    return arg.equals("--json")
        || arg.equals("-q")
        || arg.equals("--quiet")
        || arg.startsWith("--color=");
  }

  /** Whether there is no help, wire log, local backend, or option of these among the arguments. */
  private static boolean isPlain(String[] args, int from, String letters, String name) {
    for (int i = from; i < args.length; i++) {
      if (needsCaller(args[i]) || args[i].equals(name) || isCluster(args[i], letters)) {
        return false;
      }
    }
    return true;
  }

  private static boolean needsCaller(String arg) {
    return arg.equals("--debug")
        || arg.equals("--local")
        || arg.equals("--help")
        || arg.equals("-h");
  }

  /** Whether these are letters after one dash, one of them of {@code letters}. */
  private static boolean isCluster(String arg, String letters) {
    if (arg.length() < 2 || arg.charAt(0) != '-' || arg.charAt(1) == '-') {
      return false;
    }
    for (int i = 0; i < letters.length(); i++) {
      if (arg.indexOf(letters.charAt(i)) > 0) {
        return true;
      }
    }
    return false;
  }

  /** Without a terminal; what comes after the sandbox's name is the remote command's. */
  private static boolean isPlainExec(String[] args, int from) {
    for (int i = from; i < args.length && args[i].startsWith("-"); i++) {
      if (args[i].equals("--")) {
        return true;
      }
      if (needsCaller(args[i]) || args[i].equals("--tty") || isCluster(args[i], "t")) {
        return false;
      }
      if (takesValue(args[i])) {
        i++;
      }
    }
    return true;
  }

  private static boolean takesValue(String option) {
    return switch (option) {
      case "--env",
          "--env-file",
          "--script",
          "--workdir",
          "--timeout",
          "--connect-timeout",
          "--color" ->
          true;
      default -> false;
    };
  }

  private static boolean isPlainUrl(String[] args, int from) {
    for (int i = from; i < args.length; i++) {
      if (args[i].equals("alias") || args[i].equals("--wait") || args[i].equals("--open")) {
        return false;
      }
    }
    return isPlain(args, from, "", "");
  }

  /** {@code workspace list}, {@code cron list}. */
  private static boolean isListing(String[] args, int from) {
    return from < args.length
        && (args[from].equals("list") || args[from].equals("ls"))
        && isPlain(args, from, "", "");
  }
}
