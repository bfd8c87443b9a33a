package run.mags.local.sandbox;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * One running "virtual machine" of the local backend: a place where processes run beside each other
 * and from which nothing escapes when it is closed, or when this JVM dies.
 *
 * <p>Two roots exist in it, as in the cloud (spec: rest-api, "Inside the VM"). SSH lands in the
 * outer one, where the merged tree of the workspace is mounted at {@code /overlay}; a job's script
 * runs in the inner one, which is that merged tree. At {@link Isolation#PLAIN} there is no {@code
 * /overlay}; both are the host's root and {@code HOME} is the workspace's directory.
 */
public interface Sandbox extends AutoCloseable {
  /** The level that keeps this sandbox apart. */
  Isolation isolation();

  /**
   * A process in the outer root, where an SSH login lands. Its working directory is the home
   * directory, its environment a small clean one (PATH, HOME, USER, LOGNAME, SHELL, LANG) plus
   * {@code environment}, which wins; both {@code environment} and {@code argv} arrive byte for byte
   * in UTF-8, whatever this JVM's locale. It leads a session of its own. Its exit code is that of
   * the command, 128 + n when signal n ended it, 127 when there is no such program.
   *
   * <p>The caller starts it, at once, and owns its streams. To end it, use {@link #signal}: {@link
   * Process#destroy} would end only the messenger between here and there.
   *
   * @throws run.mags.error.CliException when the sandbox has ended, or when a name or a text cannot
   *     be passed to a process (NUL, an empty name, "=" in a name)
   */
  ProcessBuilder outer(Map<String, String> environment, List<String> argv);

  /** The same in the inner root, where a job's script runs: working directory {@code /root}. */
  ProcessBuilder inner(Map<String, String> environment, List<String> argv);

  /**
   * Sends a signal to a process started here and to all its descendants inside the sandbox, also
   * those in sessions of their own. {@code KILL} returns when all are gone; of other signals they
   * make what they like. What the process left running when it ended belongs to the sandbox and is
   * not touched. Never throws: an unknown name does nothing, and a process that is gone is fine.
   *
   * @param signal a name without SIG, such as {@code TERM}
   */
  void signal(Process process, String signal);

  /**
   * Ends a process started here, with all its descendants, as when its terminal goes away: {@code
   * HUP}, also to those that are just being started, then {@code KILL} if it is still there after
   * {@code milliseconds}. Returns when all are gone or the time is over. What ignores {@code HUP}
   * and outlives the process belongs to the sandbox, as with {@code nohup}. Never throws.
   */
  void hangUp(Process process, long milliseconds);

  /**
   * Brings the workspace to the disk and keeps a copy of it as it is at this moment, to which it
   * falls back if the machine goes down before the sandbox has ended. Processes stand still
   * meanwhile. No copy is kept of more than a GiB. Does nothing where no workspace is attached.
   */
  default void sync() throws IOException {}

  /** What its user should know of it now, a line each: a limit that does not hold here, say. */
  default List<String> remarks() {
    return List.of();
  }

  /** How many processes the kernel ended because the sandbox's memory was used up. */
  default long memoryKills() {
    return 0;
  }

  /** Completes when the sandbox is gone and cleaned up, however that came about; never fails. */
  CompletableFuture<Void> ended();

  /**
   * Ends every process inside, takes all mounts away, lets go of the workspace and removes the
   * sandbox's own directory; returns when all is done. Closing again does nothing.
   */
  @Override
  void close();
}
