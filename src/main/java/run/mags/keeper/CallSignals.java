package run.mags.keeper;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import run.mags.terminal.Signals;

/** The signals that the caller of a call receives. */
final class CallSignals implements Signals {
  private final Outbox outbox;
  private final IntConsumer end;
  private final List<Handling> handlings = new ArrayList<>();
  private Runnable last;

  /**
   * Signals.
   *
   * @param end ends the call at once with an exit code
   */
  CallSignals(Outbox outbox, IntConsumer end) {
    this.outbox = outbox;
    this.end = end;
  }

  /** One registration; two with the same contents are still two. */
  private static final class Handling {
    private final List<String> names;
    private final Consumer<String> handler;

    Handling(List<String> names, Consumer<String> handler) {
      this.names = List.copyOf(names);
      this.handler = handler;
    }
  }

  @Override
  public Registration handle(List<String> names, Consumer<String> handler) {
    Handling handling = new Handling(names, handler);
    boolean first;
    synchronized (this) {
      first = handlings.isEmpty();
      handlings.add(handling);
    }
    if (first) {
      outbox.send(Frame.WATCH_SIGNALS, new byte[0]);
    }
    return () -> remove(handling);
  }

  private synchronized void remove(Handling handling) {
    handlings.remove(handling);
  }

  @Override
  public Registration beforeEnd(Runnable lastWords) {
    synchronized (this) {
      last = lastWords;
    }
    return this::forgetLastWords;
  }

  private synchronized void forgetLastWords() {
    last = null;
  }

  /** A signal has come, which the handling that was made last gets, or which ends the call. */
  void arrived(String name) {
    Consumer<String> handler = handler(name);
    if (handler != null) {
      handler.accept(name);
      return;
    }
    Runnable lastWords;
    synchronized (this) {
      lastWords = last;
      last = null;
    }
    if (lastWords != null) {
      lastWords.run();
    }
    end.accept(exitCode(name));
  }

  private synchronized Consumer<String> handler(String name) {
    for (int i = handlings.size() - 1; i >= 0; i--) {
      if (handlings.get(i).names.contains(name)) {
        return handlings.get(i).handler;
      }
    }
    return null;
  }

  /** As the JVM's own: 128 plus the number of the signal (POSIX, signal.h). */
  private static int exitCode(String name) {
    return switch (name) {
      case "HUP" -> 129;
      case "INT" -> 130;
      default -> 143;
    };
  }
}
