package run.mags.ssh;

import java.nio.charset.StandardCharsets;

/**
 * A {@link RemoteCommand} made ready to be sent. SSH lands outside the tree that a sandbox's jobs
 * see; where that tree is mounted the command has to enter it, and elsewhere it runs in a login
 * shell as it is.
 *
 * @param text what the SSH server hands to the user's login shell
 * @param input what has to go into the command's standard input before anything else; empty for
 *     nothing
 */
record OverlayCommand(String text, String input) {
  /** Where a sandbox has the tree. */
  static final String OVERLAY = "/overlay";

  /** The variable by which the processes of one command are found, should they have to be ended. */
  static final String MARK = "MAGS_EXEC_ID";

  /**
   * Linux gives one argument of a program 128 KiB, and the text is one argument of the login shell.
   * What is longer goes through standard input.
   */
  private static final int LIMIT = 120 * 1024;

  /**
   * The command, marked with {@code id}.
   *
   * @param id letters and digits, never used before; null to leave its processes unmarked
   * @param overlay the directory to enter if it has a {@code bin}
   */
  static OverlayCommand of(RemoteCommand command, String id, String overlay) {
    return of(command, null, null, id, overlay);
  }

  /**
   * The same.
   *
   * @param mark tells where its directory cannot be entered, or is null
   * @param left where its environment was left before, or null
   */
  static OverlayCommand of(
      RemoteCommand command, WorkdirMark mark, LeftEnvironment left, String id, String overlay) {
    // A login shell reads its start files by itself, and should do so once.
    boolean secret = left == null && !command.environment().isEmpty();
    return of(
        command.script(mark, left), command.isLoginShell() ? "-c" : "-l -c", id, overlay, secret);
  }

  /** A script of our own, for which start files are not read: they may print something. */
  static OverlayCommand ofScript(String script, String id, String overlay) {
    return of(script, "-c", id, overlay, false);
  }

  /** The same for a script with secrets in it. */
  static OverlayCommand ofSecret(String script, String id, String overlay) {
    return of(script, "-c", id, overlay, true);
  }

  /**
   * What every user of a machine can see of a process is its arguments: a script with secrets goes
   * through standard input, like one that is too long.
   */
  private static OverlayCommand of(
      String script, String options, String id, String overlay, boolean secret) {
    String text = enter(script, id, overlay, options);
    if (!secret && isShort(text)) {
      return new OverlayCommand(text, "");
    }
    String end = "mags-end-" + id;
    String input = script + end;
    int length = input.getBytes(StandardCharsets.UTF_8).length;
    return new OverlayCommand(enter(load(length, end), id, overlay, options), input);
  }

  /** Both branches get the script as one and the same quoted word. */
  private static String enter(String script, String id, String overlay, String options) {
    return (id == null ? "" : "export " + MARK + "=" + id + "; ")
        + "if [ -d "
        + overlay
        + "/bin ]; then export HOME=/root; set -- chroot "
        + overlay
        + "; else set --; fi; exec \"$@\" /bin/sh "
        + options
        + " "
        + RemoteCommand.quote(script);
  }

  /**
   * A script that takes the real one, exactly {@code length} bytes, from standard input and leaves
   * the rest of it untouched: {@code head -c} reads ahead in busybox, {@code dd} nowhere does. A dd
   * that does not know {@code iflag} says so before it reads anything. The end mark proves that
   * nothing is missing (half a script is never run) and keeps trailing line ends.
   */
  private static String load(int length, String end) {
    return "MAGS_TEXT=$(dd bs="
        + length
        + " count=1 iflag=fullblock 2>/dev/null || dd bs=1 count="
        + length
        + " 2>/dev/null); case $MAGS_TEXT in *"
        + end
        + ") eval \"unset MAGS_TEXT;${MAGS_TEXT%"
        + end
        + "}\";; *) echo 'mags: the command did not arrive whole and was not run' >&2; exit 125;;"
        + " esac";
  }

  /** The text as it is sent. */
  byte[] bytes() {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** The input as it is sent. */
  byte[] inputBytes() {
    return input.getBytes(StandardCharsets.UTF_8);
  }

  private static boolean isShort(String text) {
    return text.length() < LIMIT / 3 || text.getBytes(StandardCharsets.UTF_8).length < LIMIT;
  }
}
