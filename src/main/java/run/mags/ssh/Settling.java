package run.mags.ssh;

import java.time.Duration;

/**
 * Judges when a command that has exited has said all. OpenSSH sends the status when the command
 * exits, but the end of output only when nobody holds the pipes any more. What still holds them may
 * be a filter that has not passed on everything yet, or a process left in the background, which
 * would delay the end for ever. So the output is followed while it flows, within {@link #LONGEST}.
 *
 * <p>It goes by rounds, each of which ends with a question to the server and its answer. Between
 * two answers OpenSSH has taken what was in the pipe, and has sent on a packet or more of what it
 * had taken before, unless there was nothing. So rounds without output mean that there is none;
 * rounds with little, that what comes is new; and more than fits on the way, that it is newer than
 * the exit.
 */
final class Settling {
  /** How long something is followed that holds the output, and goes on writing. */
  static final Duration LONGEST = Duration.ofSeconds(10);

  /** A longer pause in the output is its end. */
  private static final long QUIET_MILLIS = 900;

  private static final int QUIET_ROUNDS = 5;
  private static final int CALM_ROUNDS = 16;
  private static final int LITTLE = 4 * 1024;

  /** More than a window of 2 MiB and a pipe of at most 1 MiB for each of the two streams. */
  private static final int MOST_ON_THE_WAY = 8 * 1024 * 1024;

  private long last;
  private int quiet;
  private long quietMillis;
  private int calm;

  /** Begins when that many bytes have arrived. */
  Settling(long arrived) {
    last = arrived;
  }

  /**
   * A round has ended.
   *
   * @param arrived how many bytes have arrived in all
   * @param millis how long the round was
   * @param late whether only what was written before the exit is of interest any more
   * @return whether it was the last one
   */
  boolean isOver(long arrived, long millis, boolean late) {
    long more = arrived - last;
    last = arrived;
    quiet = more == 0 ? quiet + 1 : 0;
    quietMillis = more == 0 ? quietMillis + millis : 0;
    calm = more < LITTLE ? calm + 1 : 0;
    if (late) {
      return quiet >= QUIET_ROUNDS || calm >= CALM_ROUNDS;
    }
    return quiet >= QUIET_ROUNDS && quietMillis >= QUIET_MILLIS;
  }

  /** Whether there was output in the last rounds: something wrote on. */
  boolean isFlowing() {
    return quiet < QUIET_ROUNDS;
  }

  /**
   * Whether so many bytes have been written since the exit that the last ones are newer than it.
   */
  static boolean isNewer(long written) {
    return written > MOST_ON_THE_WAY;
  }
}
