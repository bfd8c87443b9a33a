package run.mags.ssh;

import java.util.function.Consumer;

/** What happens on a connection and when, for {@code --debug}; never a key, never a command. */
final class Trace {
  private final Consumer<String> lines;
  private final long start = System.nanoTime();

  /** A trace to {@code lines}, or nowhere when that is null. */
  Trace(Consumer<String> lines) {
    this.lines = lines;
  }

  /** Whether anybody listens. */
  boolean isOn() {
    return lines != null;
  }

  /** Says that something has just happened. */
  void step(String what) {
    if (lines != null) {
      lines.accept("ssh +" + (System.nanoTime() - start) / 1_000_000 + " ms: " + what);
    }
  }
}
