package run.mags.local;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A wait for a backend on its way, of which its user is told once it lasts. */
final class Wait {
  /** What a start takes on a machine that is not busy is over by then, in ms. */
  private static final long UNNOTICED_MS = 3_000;

  private final Consumer<String> notes;
  private final long begun = System.nanoTime();
  private boolean noted;

  /** It begins now; {@code notes} takes the line for its user. */
  Wait(Consumer<String> notes) {
    this.notes = notes;
  }

  /** Whether more than this time has passed. */
  boolean isOver(long ms) {
    return ms() > ms;
  }

  /** How long it has lasted, in s. */
  long seconds() {
    return ms() / 1000;
  }

  /** Tells its user what is waited for, once, when it lasts longer than a wait should. */
  void noteOnce(String line) {
    if (!noted && ms() > UNNOTICED_MS) {
      noted = true;
      notes.accept(line);
    }
  }

  private long ms() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
  }
}
