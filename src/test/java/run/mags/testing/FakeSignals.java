package run.mags.testing;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import run.mags.terminal.Signals;

/** Signals that a test sends; the innermost handler gets them. */
public final class FakeSignals implements Signals {
  private final Deque<Consumer<String>> handlers = new ArrayDeque<>();

  @Override
  public synchronized Registration handle(List<String> names, Consumer<String> handler) {
    handlers.push(handler);
    return () -> remove(handler);
  }

  private synchronized void remove(Consumer<String> handler) {
    handlers.remove(handler);
  }

  @Override
  public Registration beforeEnd(Runnable last) {
    return () -> {};
  }

  /** Sends one; fails where nothing handles it. */
  public void send(String name) {
    Consumer<String> handler;
    synchronized (this) {
      handler = handlers.element();
    }
    handler.accept(name);
  }
}
