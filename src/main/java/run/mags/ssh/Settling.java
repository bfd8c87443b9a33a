package run.mags.ssh;

/**
 * Judges when everything is here that a command wrote before it exited. OpenSSH sends the status
 * when the command exits, but the end of output only when nobody holds the pipes any more, so a
 * process left in the background would delay it for ever.
 *
 * <p>It goes by rounds, each of which ends with a question to the server and its answer. Between
 * two answers OpenSSH has taken what was in the pipe, and has sent on a packet or more of what it
 * had taken before, unless there was nothing. So rounds without output mean that there is none;
 * rounds with little, that what comes is new; and more than fits on the way, that it is newer than
 * the exit.
 */
final class Settling {
  private static final int QUIET_ROUNDS = 5;
  private static final int CALM_ROUNDS = 16;
  private static final int LITTLE = 4 * 1024;

  /** More than a window of 2 MiB and a pipe of at most 1 MiB for each of the two streams. */
  private static final int MOST_ON_THE_WAY = 8 * 1024 * 1024;

  private long last;
  private int quiet;
  private int calm;

  /** Begins when that many bytes have arrived. */
  Settling(long arrived) {
    last = arrived;
  }

  /** A round has ended with that many bytes arrived in all; whether it was the last one. */
  boolean isOver(long arrived) {
    long more = arrived - last;
    last = arrived;
    quiet = more == 0 ? quiet + 1 : 0;
    calm = more < LITTLE ? calm + 1 : 0;
    return quiet >= QUIET_ROUNDS || calm >= CALM_ROUNDS;
  }

  /**
   * Whether so many bytes have been written since the exit that the last ones are newer than it.
   */
  static boolean isNewer(long written) {
    return written > MOST_ON_THE_WAY;
  }
}
