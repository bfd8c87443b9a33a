package run.mags.terminal;

import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/**
 * Says on standard error that something takes time: a turning line on a terminal, erased at the
 * end; nothing elsewhere. Work and spinner begin and end together.
 */
public final class Spinner {
  private static final long TURN_MILLIS = 100;
  private static final long SILENT_MILLIS = 300;
  private static final String FRAMES = "|/-\\";

  /** Erases from here to the end of the line (ECMA-48, EL). */
  private static final String ERASE = "\u001b[K";

  private Spinner() {}

  /** Does {@code work} under a spinner labelled {@code label}; quick work shows none. */
  public static <T> T during(Output output, String label, Supplier<T> work) {
    return during(output, () -> label, work);
  }

  /** The same with a label that may change meanwhile. */
  public static <T> T during(Output output, Supplier<String> label, Supplier<T> work) {
    if (output.isQuiet() || output.isJson() || !output.terminal().errIsTerminal()) {
      return work.get();
    }
    Thread turner = new Thread(() -> turn(output, label), "spinner");
    turner.setDaemon(true);
    turner.start();
    try {
      return work.get();
    } finally {
      turner.interrupt();
      join(turner);
    }
  }

  /** Clears the line for something else to be said; a spinner at work goes on below it. */
  public static void erase(Output output) {
    if (output.terminal().errIsTerminal()) {
      output.errorBytes(("\r" + ERASE).getBytes(StandardCharsets.UTF_8));
    }
  }

  private static void turn(Output output, Supplier<String> label) {
    try {
      Thread.sleep(SILENT_MILLIS);
    } catch (InterruptedException quickWork) {
      return;
    }
    try {
      for (int i = 0; ; i++) {
        String text = Printable.line(label.get());
        int room = Math.max(1, output.terminal().width() - 3);
        String shown = text.length() > room ? text.substring(0, room) : text;
        String line = "\r" + FRAMES.charAt(i % FRAMES.length()) + " " + shown + ERASE;
        output.errorBytes(line.getBytes(StandardCharsets.UTF_8));
        Thread.sleep(TURN_MILLIS);
      }
    } catch (InterruptedException done) {
      output.errorBytes(("\r" + ERASE).getBytes(StandardCharsets.UTF_8));
    }
  }

  /** The line is gone before anyone writes the next, even where our user has interrupted us. */
  private static void join(Thread turner) {
    boolean interrupted = Thread.interrupted();
    try {
      turner.join(1000);
    } catch (InterruptedException interrupt) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
