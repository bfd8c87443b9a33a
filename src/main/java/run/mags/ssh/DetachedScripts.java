package run.mags.ssh;

import java.nio.charset.StandardCharsets;

/**
 * The far side of a detached command: POSIX shell, with what busybox and Debian both have.
 *
 * <p>A record is a directory of the owner's below the sandbox's home: {@code stdout}, {@code
 * stderr}, {@code process} (which process keeps the record, how that one is told from a later one
 * of the same number, and when it began) and, as soon as the command has ended, {@code status} (its
 * exit status, and when). The last two come by renaming, so whoever sees them sees all of them.
 */
final class DetachedScripts {
  /** How long the record of a command that has ended is kept, in days. */
  static final int KEPT_DAYS = 7;

  private static final String ROOT = "r=${HOME:-/root}/.mags/exec; d=$r/";

  /**
   * Keeps the record of one command; its arguments are the record, the command's mark, and the
   * command unless that is a file of the record, which is removed then: it may hold secrets. It is
   * a process without that mark, and takes signals without ending, so that it outlives whatever
   * ends the command and can write down how that went. Its own standard error goes nowhere, since
   * shells have words about killed children; so only a subshell opens the record's. The number of a
   * process means something only together with its start (proc(5), stat, field 22) and the boot
   * that counts from.
   */
  private static final String KEEP =
      """
      d=$1 m=$2
      trap : HUP INT QUIT TERM
      u=$(umask); umask 077; set -f
      exec 3>&1 </dev/null >"$d/stdout"
      : >"$d/stderr"
      t=- b=-
      begin() { t=${20}; }
      { read -r x </proc/$$/stat && begin ${x##*) }
      read -r b </proc/sys/kernel/random/boot_id; } 2>/dev/null
      echo "$$ $t $b $(date +%s)" >"$d/process.new" && mv "$d/process.new" "$d/process" || exit 1
      umask "$u"; set +f
      echo started >&3
      exec 3>&- 2>/dev/null
      [ $# -gt 2 ] && set -- -l -c "$3" || set -- -l "$d/script"
      (exec 2>>"$d/stderr"; export MAGS_EXEC_ID="$m"; exec /bin/sh "$@")
      c=$?
      umask 077; rm -f "$d/script"
      echo "$c $(date +%s)" >"$d/status.new" && mv "$d/status.new" "$d/status"
      """;

  /**
   * Finds out how a command is: s its state, f and e when it began and ended (seconds since 1970),
   * c its exit status; or the ids that there are.
   */
  private static final String LOOK =
      """
      alive() {
        { read -r p t b f <"$d/process"; } 2>/dev/null || return 1
        { read -r x </proc/self/stat; } 2>/dev/null || { kill -0 "$p" 2>/dev/null; return; }
        y=-
        { read -r y </proc/sys/kernel/random/boot_id; } 2>/dev/null
        { read -r x <"/proc/$p/stat"; } 2>/dev/null || return 1
        set -- ${x##*) }
        [ "$y ${20}" = "$b $t" ] && [ "$1" != Z ] && [ "$1" != X ]
      }
      ended() {
        [ -s "$d/status" ] && read -r c e <"$d/status" && s=exited
      }
      look() {
        f=- e=- c=-
        if [ ! -d "$d" ]; then
          s=unknown f=$(ls -t "$r" 2>/dev/null | head -n 5 | tr '\\n' ' ')
        elif alive; then
          ended || s=running
        else
          ended || s=lost
        fi
      }
      set -f
      """;

  /** What is shorter can be an argument, for which Linux has 128 KiB; in bytes. */
  private static final int ARGUMENT = 100 * 1024;

  private static final String PAUSE = "sleep 0.2 2>/dev/null || sleep 1";

  private DetachedScripts() {}

  /**
   * Starts a command and prints nothing. Set twice, a session of its own makes a process that
   * nobody waits for without the {@code &} of the shell, which would make it ignore INT and QUIT
   * for ever. The command has begun, or never will, when this ends.
   *
   * @param script the command as a login shell is to run it
   * @param secret whether there are secrets in it, which must not be arguments of a process
   */
  static String launch(String id, String script, boolean secret) {
    boolean isShort = !secret && script.getBytes(StandardCharsets.UTF_8).length < ARGUMENT;
    String text = RemoteCommand.quote(script);
    return ROOT
        + id
        + "\nn=\nfail() { rm -rf \"$n\"; echo \"mags: the command was not started${1:+: $1}\" >&2;"
        + " exit 125; }\n"
        + "u=$(umask); umask 077\n"
        + "{ mkdir -p \"$r\" && chmod 700 \"$r\" && mkdir \"$d\"; } || fail\n"
        + "n=$d\n"
        + (isShort ? "" : "printf %s " + text + " >\"$d/script\" || fail\n")
        + "umask \"$u\"\n"
        + "set -- /bin/sh -c "
        + RemoteCommand.quote(KEEP)
        + " mags \"$d\" "
        + id
        + (isShort ? " " + text : "")
        + "\n"
        + "if command -v setsid >/dev/null 2>&1; then\n"
        + "  s=$(setsid setsid \"$@\" 2>&1)\nelse\n  s=$(\"$@\" 2>&1 &)\nfi\n"
        + "[ \"$s\" = started ] || fail \"$s\"\n"
        + "find \"$r\" -mindepth 1 -maxdepth 1 -mtime +"
        + KEPT_DAYS
        + " -exec sh -c '[ -f \"$1/status\" ] && rm -rf \"$1\"' sh {} ';' 2>/dev/null\nexit 0\n";
  }

  /** Prints how a command is, in one line that {@link DetachedState#parse} reads. */
  static String state(String id) {
    return ROOT + id + "\n" + LOOK + "look\necho \"$s $f $e $c\"\n";
  }

  /** The same as soon as it runs no longer. */
  static String awaitEnd(String id) {
    return ROOT
        + id
        + "\n"
        + LOOK
        + "while look; [ \"$s\" = running ]; do "
        + PAUSE
        + "; done\necho \"$s $f $e $c\"\n";
  }

  /** Prints the ids of all that there is a record of, each with how it is, one a line. */
  static String list() {
    return ROOT
        + "\n"
        + LOOK
        + "for i in $(ls \"$r\" 2>/dev/null); do d=$r/$i; look; echo \"$i $s $f $e $c\"; done\n"
        + "exit 0\n";
  }

  /**
   * Prints where the last lines of each stream begin, as two numbers of bytes. A file that has not
   * grown meanwhile need not be read from its beginning.
   *
   * @param tail how many lines, from 0
   */
  static String position(String id, int tail) {
    return ROOT
        + id
        + "\nbegin() {\n  a=$(wc -c <\"$1\") && t=$(tail -n "
        + tail
        + " \"$1\" | wc -c) || exit 1\n"
        + "  [ \"$a\" -eq \"$(wc -c <\"$1\")\" ] || t=$(head -c \"$a\" \"$1\" | tail -n "
        + tail
        + " | wc -c)\n  b=$((a - t))\n}\n"
        + "begin \"$d/stdout\"; x=$b; begin \"$d/stderr\"; echo \"$x $b\"\n";
  }

  /**
   * Prints what a command has written, on the streams where it wrote it. Whatever reads from one
   * descriptor goes on where the one before stopped, so nothing is missed and nothing comes twice.
   *
   * @param part which of it
   * @param follow whether to go on until it has ended
   */
  static String output(String id, OutputPart part, boolean follow) {
    String open = ROOT + id + "\nexec 3<\"$d/stdout\" 4<\"$d/stderr\" || exit 1\n";
    if (!follow) {
      // Not to the end of what is there by then: that might be written faster than it is read.
      return open
          + (part.out() ? whatIsThere("stdout", part.outFrom(), "<&3", "") : "")
          + (part.err() ? whatIsThere("stderr", part.errFrom(), "<&4", " >&2") : "");
    }
    String rest = (part.out() ? "cat <&3\n" : "") + (part.err() ? "cat <&4 >&2\n" : "");
    return open
        + LOOK
        + (part.out() && part.outFrom() > 0 ? after(part.outFrom()) + " <&3\n" : "")
        + (part.err() && part.errFrom() > 0 ? after(part.errFrom()) + " <&4 >&2\n" : "")
        + "while look\n"
        + rest
        + "[ \"$s\" = running ]; do "
        + PAUSE
        + "; done\nexit 0\n";
  }

  private static String whatIsThere(String file, long from, String source, String target) {
    String size = "$(wc -c <\"$d/" + file + "\")";
    return from == 0
        ? "head -c \"" + size + "\" " + source + target + "\n"
        : "n="
            + size
            + "; "
            + after(from)
            + " "
            + source
            + " | head -c $((n - "
            + from
            + "))"
            + target
            + "\n";
  }

  /** What comes after the first bytes; they are jumped over where that can be. */
  private static String after(long bytes) {
    return "tail -c +" + (bytes + 1);
  }
}
