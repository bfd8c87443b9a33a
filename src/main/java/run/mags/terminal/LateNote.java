package run.mags.terminal;

import java.time.Duration;
import java.util.function.Supplier;

/**
 * A note, once, when work takes long where there is no terminal for a {@link Spinner}: a log shows
 * then what is waited for.
 */
public final class LateNote extends Thread {
  private final Output output;
  private final Supplier<String> line;
  private final Duration after;

  private LateNote(Output output, Supplier<String> line, Duration after) {
    super("late-note");
    setDaemon(true);
    this.output = output;
    this.line = line;
    this.after = after;
  }

  /**
   * Does {@code work}; notes what {@code line} gives then if it takes longer than {@code after},
   * unless quiet, with JSON asked for, or at a terminal.
   */
  public static <T> T during(
      Output output, Supplier<String> line, Duration after, Supplier<T> work) {
    if (output.isQuiet() || output.isJson() || output.terminal().errIsTerminal()) {
      return work.get();
    }
    LateNote note = new LateNote(output, line, after);
    note.start();
    try {
      return work.get();
    } finally {
      note.interrupt();
    }
  }

  @Override
  public void run() {
    try {
      sleep(after.toMillis());
    } catch (InterruptedException quickWork) {
      return;
    }
    output.note(line.get());
  }
}
