package run.mags.local.sandbox;

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
   * {@code environment}. The caller starts it and owns its streams.
   */
  ProcessBuilder outer(Map<String, String> environment, List<String> argv);

  /** The same in the inner root, where a job's script runs: working directory {@code /root}. */
  ProcessBuilder inner(Map<String, String> environment, List<String> argv);

  /**
   * Ends a process started here together with all its descendants inside the sandbox. {@code
   * signal} is a name without SIG, such as {@code TERM}. Never throws; a process that is gone is
   * fine.
   */
  void signal(Process process, String signal);

  /** Completes when the sandbox is gone, however that came about. */
  CompletableFuture<Void> ended();

  /** Ends every process inside and takes all mounts away; returns when both are done. */
  @Override
  void close();
}
