package run.mags.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import run.mags.wait.Sleeper;

/** Time that passes only by sleeping, at once. */
public final class FakeSleeper implements Sleeper {
  private final List<Duration> pauses = new ArrayList<>();
  private long nanos;

  @Override
  public synchronized void sleep(Duration pause) {
    pauses.add(pause);
    nanos += pause.toNanos();
  }

  @Override
  public synchronized long nanos() {
    return nanos;
  }

  /** Every pause that was made. */
  public synchronized List<Duration> pauses() {
    return List.copyOf(pauses);
  }
}
