package run.mags.local.sandbox;

import java.util.OptionalLong;

/**
 * What one sandbox may use.
 *
 * @param memory bytes of memory for all its processes together, if it is to have less than all
 *     sandboxes together may have
 * @param disk bytes for what it writes, if that is to be limited
 */
public record Limits(OptionalLong memory, OptionalLong disk) {
  /** No limits of its own; those that protect the host hold all the same. */
  public static final Limits NONE = new Limits(OptionalLong.empty(), OptionalLong.empty());

  /**
   * How many processes and threads a sandbox may have: enough for a build or a browser, and a fork
   * bomb in it leaves the machine usable. Podman has the same.
   */
  static final int PROCESSES = 2048;

  /** How many of a hundred bytes of the machine's memory all sandboxes together may have. */
  static final int MEMORY_PERCENT = 80;
}
