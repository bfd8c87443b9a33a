package run.mags.local.sandbox;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import run.mags.error.CliException;
import run.mags.error.ErrorKind;

/**
 * Hands a command and an environment to a process byte for byte, in UTF-8.
 *
 * <p>Java encodes both for the locale that it runs in: in the C locale, as containers have it,
 * every letter outside ASCII becomes a question mark. And the environment is that of the programs
 * on the way into the sandbox as well, where an {@code LD_PRELOAD} meant for the guest would be
 * obeyed on the host. What Java or the way would spoil travels as octal numbers in a variable of
 * its own, and a shell at the far end unpacks it. Nothing of the environment is ever an argument,
 * since arguments are visible to every user of the host.
 */
final class ExactCommand {
  private static final String CARRIER = "MAGS_EXACT_";
  private static final String SCRATCH = "mags_exact";

  /** Below the kernel's limit of 128 KiB for one string of an environment. */
  private static final int CHUNK = 100_000;

  private static final boolean UTF_8_LOCALE = utf8(Charset.defaultCharset().name());

  private ExactCommand() {}

  /**
   * A process with exactly this environment that enters by {@code way} and becomes {@code argv}.
   *
   * @throws CliException when a name or a text cannot be passed to any process
   */
  static ProcessBuilder of(List<String> way, Map<String, String> environment, List<String> argv) {
    boolean exact = UTF_8_LOCALE && utf8(System.getProperty("sun.jnu.encoding", ""));
    return of(way, environment, argv, exact);
  }

  /** The same, told whether Java's own encoding is exact. */
  static ProcessBuilder of(
      List<String> way, Map<String, String> environment, List<String> argv, boolean exact) {
    check(environment, argv);
    Map<String, String> packed = new TreeMap<>();
    environment.forEach(
        (name, value) -> {
          if ((!exact && !ascii(name + value)) || forTheLoader(name)) {
            packed.put(name, value);
          }
        });
    List<String> command = new ArrayList<>(IgnoredSignals.CURE);
    command.addAll(way);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    if (packed.isEmpty() && (exact || argv.stream().allMatch(ExactCommand::ascii))) {
      command.addAll(argv);
      builder.environment().putAll(environment);
      return builder;
    }
    environment.keySet().forEach(ExactCommand::checkForShell);
    environment.forEach(
        (name, value) -> {
          if (!packed.containsKey(name)) {
            builder.environment().put(name, value);
          }
        });
    command.addAll(List.of("/bin/sh", "-c", unpacker(builder, program(packed, argv)), "sh"));
    return builder;
  }

  /** Spreads the program over variables of its own; the answer is a script that runs it. */
  private static String unpacker(ProcessBuilder builder, String program) {
    StringBuilder all = new StringBuilder("eval \"");
    int count = 0;
    for (int start = 0; start < program.length(); start += CHUNK) {
      String name = CARRIER + count++;
      builder
          .environment()
          .put(name, program.substring(start, Math.min(program.length(), start + CHUNK)));
      all.append("${").append(name).append('}');
    }
    StringBuilder unset = new StringBuilder("\"; unset ").append(SCRATCH);
    for (int i = 0; i < count; i++) {
      unset.append(' ').append(CARRIER).append(i);
    }
    // Shells export these by themselves.
    for (String own : List.of("PWD", "OLDPWD", "SHLVL")) {
      if (!builder.environment().containsKey(own)) {
        unset.append(' ').append(own);
      }
    }
    return all.append(unset).append("; exec \"$@\"").toString();
  }

  private static String program(Map<String, String> packed, List<String> argv) {
    StringBuilder program = new StringBuilder();
    packed.forEach(
        (name, value) -> {
          unpack(program, value);
          program.append("export ").append(name).append("=\"${").append(SCRATCH).append("%x}\"\n");
        });
    program.append("set --\n");
    for (String word : argv) {
      unpack(program, word);
      program.append("set -- \"$@\" \"${").append(SCRATCH).append("%x}\"\n");
    }
    return program.toString();
  }

  /** A command substitution drops newlines at the end, so an x stands behind them. */
  private static void unpack(StringBuilder program, String text) {
    program.append(SCRATCH).append("=$(printf '");
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      boolean plain = (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || b == ' ' || b == '/';
      if (plain && program.charAt(program.length() - 1) != '\'') {
        program.append((char) b);
      } else {
        int octal = b & 0xff;
        program.append('\\').append(octal >> 6).append(octal >> 3 & 7).append(octal & 7);
      }
    }
    program.append("x')\n");
  }

  private static void check(Map<String, String> environment, List<String> argv) {
    environment.forEach(
        (name, value) -> {
          if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf(0) >= 0) {
            throw refused("the environment variable name \"" + name.replace('\0', '?') + "\"");
          }
          if (value.indexOf(0) >= 0) {
            throw refused("a NUL in the value of the environment variable " + name);
          }
        });
    if (argv.isEmpty()) {
      throw new IllegalArgumentException("no command");
    }
    if (argv.stream().anyMatch(word -> word.indexOf(0) >= 0)) {
      throw refused("a NUL in the command");
    }
  }

  private static void checkForShell(String name) {
    boolean fits = !Character.isDigit(name.charAt(0));
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      fits &= c == '_' || (c < 128 && Character.isLetterOrDigit(c));
    }
    if (!fits) {
      throw refused(
          "the environment variable name \"" + name + "\" together with text outside ASCII");
    }
  }

  private static CliException refused(String what) {
    return new CliException(
        ErrorKind.USAGE,
        "cannot pass " + what + " to a process",
        "Use letters, digits and underscores in names, and no NUL anywhere.");
  }

  /** Variables that the dynamic loader obeys in every program on the way. */
  private static boolean forTheLoader(String name) {
    return name.startsWith("LD_") || name.equals("GLIBC_TUNABLES");
  }

  private static boolean utf8(String charset) {
    return charset.equalsIgnoreCase("UTF-8") || charset.equalsIgnoreCase("UTF8");
  }

  private static boolean ascii(String text) {
    return text.chars().allMatch(c -> c < 128);
  }
}
