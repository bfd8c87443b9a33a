package run.mags.terminal;

import java.util.List;
import java.util.function.Consumer;

/** The signals that this process receives. {@link SystemSignals} is the real one. */
public interface Signals {
  /** No signal ever arrives; for tests and where signals are not to be touched. */
  Signals NONE =
      new Signals() {
        @Override
        public Registration handle(List<String> names, Consumer<String> handler) {
          return () -> {};
        }

        @Override
        public Registration beforeEnd(Runnable last) {
          return () -> {};
        }
      };

  /**
   * Calls {@code handler} with the name, such as {@code INT}, of each signal of {@code names} that
   * arrives, on a thread of its own, until the registration is closed. A name that the platform
   * does not know is passed over.
   */
  Registration handle(List<String> names, Consumer<String> handler);

  /**
   * Does {@code last}, in place of what was to be done before, when a signal that asks us to end
   * arrives and nothing handles it; the process then ends with 128 plus the signal's number. Costs
   * a start next to nothing, unlike {@link #handle}. Closing the first of several waits for an end
   * that has begun.
   */
  Registration beforeEnd(Runnable last);

  /** Ends the handling when closed; the former handling is back then. */
  interface Registration extends AutoCloseable {
    @Override
    void close();
  }
}
