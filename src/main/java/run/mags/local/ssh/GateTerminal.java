package run.mags.local.ssh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.common.channel.PtyMode;

/**
 * A terminal for a command in a sandbox, by util-linux {@code script(1)}, which opens one in there
 * and carries its bytes. {@code script} has no terminal of its own to copy the size and the modes
 * from, so that {@code stty(1)} sets them.
 */
final class GateTerminal {
  /** The modes that {@code stty} knows under the name of RFC 4254, section 8. */
  private static final Set<PtyMode> SWITCHES =
      Set.of(
          PtyMode.IGNPAR,
          PtyMode.PARMRK,
          PtyMode.INPCK,
          PtyMode.ISTRIP,
          PtyMode.INLCR,
          PtyMode.IGNCR,
          PtyMode.ICRNL,
          PtyMode.IXON,
          PtyMode.IXANY,
          PtyMode.IXOFF,
          PtyMode.IUTF8,
          PtyMode.ISIG,
          PtyMode.ICANON,
          PtyMode.ECHO,
          PtyMode.ECHOE,
          PtyMode.ECHOK,
          PtyMode.ECHONL,
          PtyMode.NOFLSH,
          PtyMode.TOSTOP,
          PtyMode.IEXTEN,
          PtyMode.ECHOCTL,
          PtyMode.ECHOKE,
          PtyMode.OPOST,
          PtyMode.ONLCR,
          PtyMode.OCRNL,
          PtyMode.ONOCR,
          PtyMode.ONLRET);

  /** The major device numbers of Unix98 terminals (Linux, admin-guide/devices.txt). */
  private static final int FIRST_PTS_MAJOR = 136;

  private static final int LAST_PTS_MAJOR = 143;

  private GateTerminal() {}

  /**
   * The argv that runs a command on a terminal.
   *
   * @param command a shell command line, or null for a login shell
   * @param size the size at the beginning
   * @param modes the modes that the client asked for
   */
  static List<String> argv(String command, Size size, Map<PtyMode, Integer> modes) {
    StringBuilder line = new StringBuilder("stty sane ").append(size.sttyArguments());
    modes.forEach(
        (mode, value) -> {
          if (SWITCHES.contains(mode)) {
            line.append(value == 0 ? " -" : " ").append(mode.name().toLowerCase(Locale.ROOT));
          }
        });
    line.append(" 2>/dev/null; exec /bin/sh ");
    line.append(command == null ? "-l" : "-c " + quote(command));
    return List.of("script", "-qefc", line.toString(), "/dev/null");
  }

  private static String quote(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }

  /**
   * Sets the size of the terminal that a descendant of {@code process} has as its standard input.
   * It is reached through {@code /proc}, as its path means something only inside the sandbox. A
   * terminal that is not there yet, or no more, is fine.
   */
  static void resize(Process process, Size size) throws IOException, InterruptedException {
    Optional<Path> terminal =
        process
            .descendants()
            .map(descendant -> Path.of("/proc", Long.toString(descendant.pid()), "fd", "0"))
            .filter(GateTerminal::isTerminal)
            .findFirst();
    if (terminal.isPresent()) {
      String command = "stty -F " + terminal.get() + " " + size.sttyArguments();
      Process stty =
          new ProcessBuilder(command.split(" "))
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      stty.getOutputStream().close();
      stty.waitFor(5, TimeUnit.SECONDS);
    }
  }

  /**
   * Sends a signal to all on the terminal, but not to {@code script}, which would say so there and
   * wait for two seconds before it goes. Whoever is not asked ends when the shell there has.
   *
   * @param signal a name without SIG
   * @return whether there was anyone
   */
  static boolean signal(Process process, String signal) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("kill", "-s", signal));
    process
        .descendants()
        .filter(descendant -> isOnTerminal(descendant.pid()))
        .forEach(descendant -> command.add(Long.toString(descendant.pid())));
    if (command.size() == 3) {
      return false;
    }
    Process kill =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    kill.getOutputStream().close();
    return kill.waitFor(5, TimeUnit.SECONDS);
  }

  /** Whether a process has a controlling terminal (proc(5), stat: tty_nr). */
  private static boolean isOnTerminal(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      // The name, in parentheses, may hold anything.
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return !fields[4].equals("0");
    } catch (IOException gone) {
      return false;
    }
  }

  private static boolean isTerminal(Path descriptor) {
    try {
      long device = ((Number) Files.getAttribute(descriptor, "unix:rdev")).longValue();
      long major = device >> 8 & 0xFFF;
      return major >= FIRST_PTS_MAJOR && major <= LAST_PTS_MAJOR;
    } catch (IOException gone) {
      return false;
    }
  }

  /**
   * The size of a terminal in characters.
   *
   * @param rows how many lines
   * @param columns how many characters a line
   */
  record Size(int rows, int columns) {
    /** The size in the variables that SSHD keeps up to date; 80 × 24 where there is none. */
    static Size of(Map<String, String> environment) {
      return new Size(number(environment.get("LINES"), 24), number(environment.get("COLUMNS"), 80));
    }

    private static int number(String text, int otherwise) {
      try {
        int number = text == null ? 0 : Integer.parseInt(text);
        return number < 1 || number > 65_535 ? otherwise : number;
      } catch (NumberFormatException e) {
        return otherwise;
      }
    }

    private String sttyArguments() {
      return "rows " + rows + " cols " + columns;
    }
  }
}
